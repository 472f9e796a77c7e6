# Keeps one systemd in a container: an overlay over this machine's own root, whose upper layer is memory. Runs in a mount
# namespace of its own, with an empty directory as $1, and takes one command a line: try, boot, wait, cut. At the end of its
# input it ends everything and leaves nothing, so nothing stays behind either when the test that started it is killed.
set -u
D=$1 NAME=${1##*/} nspawn=

groups() {
  awk '{ for (i = 7; i < NF && $i != "-"; i++); if ($(i + 1) == "cgroup2" || $NF ~ /name=systemd/) print $5 }' /proc/self/mountinfo
}
members() { for group in $(groups); do if [ -d "$group/$NAME" ]; then find "$group/$NAME" -name cgroup.procs -exec cat {} + 2>/dev/null; fi; done | sort -u; }
# Killing nspawn alone leaves the container running; without it, the container's first process would have to be collected by this machine's.
cut() {
  kill -KILL $(members | grep -v -x "${nspawn:-0}") 2>/dev/null && sleep 0.05
  tries=500
  while pids=$(members) && [ -n "$pids" ] && [ "$tries" -gt 0 ]; do kill -KILL $pids 2>/dev/null; tries=$((tries - 1)); sleep 0.02; done
  if [ -n "$nspawn" ]; then wait "$nspawn"; nspawn=; fi
  for group in $(groups); do if [ -d "$group/$NAME" ]; then find "$group/$NAME" -depth -type d -exec rmdir {} + 2>/dev/null; fi; done
}
contain() {
  for group in $(groups); do mkdir -p "$group/$NAME" || exit 1; done
  ( for group in $(groups); do sh -c 'echo $PPID >"$1"' sh "$group/$NAME/cgroup.procs" || exit 1; done
    exec systemd-nspawn --quiet --directory="$D/root" --machine="$NAME" --register=no --keep-unit --private-network \
      --console=pipe --link-journal=no --resolv-conf=off --timezone=off "$@" </dev/null >&2 ) &
  nspawn=$!
}
leave() { cut; umount -l "$D/root" "$D" 2>/dev/null; rmdir "$D"; }
trap leave EXIT
mount -t tmpfs -o mode=755 "$NAME" "$D" && mkdir "$D/upper" "$D/work" "$D/root" || exit 1
mount -t overlay -o "lowerdir=/,upperdir=$D/upper,workdir=$D/work" "$NAME" "$D/root" || exit 1
cd "$D/root" && [ "$(stat -f -c %T .)" = overlayfs ] || exit 1
rm -rf var/lib/hostwright var/log/journal etc/systemd/system etc/machine-id || exit 1
mkdir etc/systemd/system
tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
: >etc/fstab
printf '%s\n' '[Unit]' 'Requires=sysinit.target dbus.socket' 'After=sysinit.target dbus.socket' 'AllowIsolate=yes' >etc/systemd/system/default.target
cd /
echo ready
while read -r command; do
  case $command in
    try) contain /bin/true; wait "$nspawn"; code=$?; cut; echo "tried $code" ;;
    boot) contain --boot; echo "booting $nspawn" ;;
    wait)
      tries=600
      while [ -n "$(members)" ] && [ "$tries" -gt 0 ]; do tries=$((tries - 1)); sleep 0.05; done
      cut; echo gone ;;
    cut) cut; echo gone ;;
  esac
done
