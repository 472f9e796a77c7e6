/**
 * Reading every profile that the installed tuned ships, side by side with tuned's own loader: merged, variables and functions
 * replaced. Run it with `node --conditions=@hostwright/source packages/tuning/bench/tuned.bench.ts`; it needs the Debian package tuned.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { localHost } from '@hostwright/core'
import { convertTunedProfile } from '../src/tuned/convert.ts'
import { loadTunedProfile } from '../src/tuned/load-profile.ts'
import { tunables } from '../src/tunable-table.ts'

const rounds = 15

/** Loads the profiles again and again in one process, and prints the least time of a round in milliseconds. */
const program = `
import logging, time, tuned.logs
tuned.logs.get().addHandler(logging.NullHandler())
tuned.logs.get().setLevel(logging.CRITICAL + 1)
from tuned.profiles.factory import Factory
from tuned.profiles.functions import function_exec
from tuned.profiles.functions import function_virt_check
from tuned.profiles.loader import Loader
from tuned.profiles.locator import Locator
from tuned.profiles.merger import Merger
from tuned.profiles.variables import Variables
function_exec.execute.execute = lambda self, args: None
function_virt_check.virt_check.execute = lambda self, args: args[0]
locator = Locator(["/usr/lib/tuned", "/etc/tuned"])
best = None
for _ in range(${rounds}):
    start = time.perf_counter()
    for name in locator.get_known_names():
        variables = Variables()
        profile = Loader(locator, Factory(), Merger(), None, variables).load(name)
        for unit in profile.units.values():
            for value in unit.options.values():
                variables.expand(value)
    took = 1000 * (time.perf_counter() - start)
    best = took if best is None or took < best else best
print(best)
`

if (!existsSync('/usr/lib/python3/dist-packages/tuned/profiles/loader.py')) {
  process.stdout.write('tuned is not installed\n')
  process.exit(0)
}
const theirs = Number(execFileSync('/usr/bin/python3', ['-c', program], { encoding: 'utf8' }))

await using host = localHost()
const names = (await host.fs.list('/usr/lib/tuned')).map((entry) => entry.name)
const profiles: string[] = []
for (const name of names) if (await host.fs.exists(`/usr/lib/tuned/${name}/tuned.conf`)) profiles.push(name)
let ours = Number.POSITIVE_INFINITY
for (let round = 0; round < rounds; round += 1) {
  const start = performance.now()
  for (const name of profiles) await convertTunedProfile(await loadTunedProfile(host.fs, name), tunables())
  ours = Math.min(ours, performance.now() - start)
}
process.stdout.write(
  `${profiles.length} profiles, least of ${rounds} rounds: ours ${ours.toFixed(1)} ms with conversion, tuned ${theirs.toFixed(1)} ms; ratio ${(theirs / ours).toFixed(2)}\n`,
)
