// Runs the same works on drgsim and other engines, as whole processes one after the other, holds their answers against each
// other to the fen, and prints the medians. README.md beside it tells how.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { answersOf, differences, printed } from './compare.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const { values: o } = parseArgs({ options: {
  data: { type: 'string' }, work: { type: 'string' }, drgsim: { type: 'string', default: 'drgsim' }, modules: { type: 'string', default: '.' },
  runs: { type: 'string', default: '5' }, threads: { type: 'string', default: '2' },
  works: { type: 'string', default: 'w1,w2,w3' }, engines: { type: 'string', default: 'drgsim,duckdb' }, json: { type: 'string' },
} })
if (!o.data || !o.work) fail('--data FOLDER (written by drgsim gen --preset scale) and --work FOLDER (for files of the comparison) are needed')
const work = resolve(o.work), runs = Number(o.runs), policies = join(here, 'policies')
process.env.BENCH_MODULES = resolve(o.modules)

/** What each engine runs for a work. Each prints CSV. */
const commands = {
  drgsim: w => [o.drgsim.includes('/') ? resolve(o.drgsim) : o.drgsim, w === 'w3' ? 'compare' : 'run', `${w}.yaml`, '--policies', policies, '--workers', o.threads,
    '--format', 'csv', '--lang', 'en', '--progress', 'none', ...(w === 'w3' ? ['--full'] : [])],
  duckdb: w => ['node', join(here, 'duckdb.mjs'), work, join(here, `${w}.sql`), o.threads],
  polars: w => ['node', join(here, 'polars.mjs'), work, w],
  tuned: w => [join(work, 'tuned'), '-threads', o.threads, work, w],
}

function fail(text) {
  console.error(`run: ${text}`)
  process.exit(1)
}

/** Runs a program to its end and gives its output, with the wall time, the processor time and the peak of memory. */
function run(command, cwd = work) {
  const start = performance.now()
  const p = spawnSync('/usr/bin/time', ['-v', ...command], { cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, POLARS_MAX_THREADS: o.threads } })
  const seconds = (performance.now() - start) / 1000
  if (p.status !== 0) fail(`${command.join(' ')}:\n${p.error ?? ''}${p.stderr}`)
  const told = name => Number(p.stderr.match(new RegExp(`${name}.*: ([0-9.]+)`))[1])
  return { out: p.stdout, seconds, cpu: told('User time') + told('System time'), peak: told('Maximum resident set size') / 1024 }
}

function step(text, command, cwd) {
  const r = run(command, cwd)
  console.error(`${text}: ${r.seconds.toFixed(1)} s`)
  return r
}

/** Makes the folder of the comparison; what is newer than the claims is kept. */
function prepare(engines) {
  mkdirSync(work, { recursive: true })
  const claims = realpathSync(join(o.data, 'claims.arrow'))
  for (const f of readdirSync(o.data).filter(f => /\.(csv|arrow)$/.test(f))) {
    const from = realpathSync(join(o.data, f)), to = join(work, f)
    if (!existsSync(to)) symlinkSync(from, to)
    else if (realpathSync(to) !== from) fail(`${to} is not that of --data; name another folder for --work`)
  }
  for (const f of ['w1.yaml', 'w2.yaml', 'w3.yaml', 'ratios-2.csv']) cpSync(join(here, f), join(work, f))
  const fresh = (f, ...from) => existsSync(join(work, f)) && from.every(x => statSync(join(work, f)).mtimeMs > statSync(x).mtimeMs)
  const go = join(here, '..', '..')
  if (!fresh('claims.csv', claims, join(here, 'export', 'main.go'))) step('export', ['go', 'run', './testdata/bench/export', claims, work], go)
  if (engines.includes('duckdb') && !fresh('bench.duckdb', join(work, 'claims.csv'), join(here, 'prepare.sql'))) step('duckdb table', ['node', join(here, 'duckdb.mjs'), work, 'prepare'])
  if (engines.includes('tuned')) step('tuned program', ['go', 'build', '-o', join(work, 'tuned'), './testdata/bench/tuned'], go)
  if (engines.includes('polars') && !fresh('bench.ipc', join(work, 'claims.csv'))) step('polars file', ['node', join(here, 'polars.mjs'), work, 'prepare'])
}

const median = list => { const s = [...list].sort((a, b) => a - b); return (s[(s.length - 1) >> 1] + s[s.length >> 1]) / 2 }
const spread = list => ({ median: median(list), min: Math.min(...list), max: Math.max(...list) })

const engines = o.engines.split(','), works = o.works.split(',')
for (const e of engines) if (!commands[e]) fail(`--engines ${e} is none of ${Object.keys(commands).join(', ')}`)
prepare(engines)
const figures = []
for (const w of works) {
  // The pockets are in no report, so drgsim's answers come from its packages; what the timed program prints is held against them.
  const want = answersOf(step(`${w} answers`, ['go', 'run', './testdata/bench/answers', join(work, `${w}.yaml`), policies], join(here, '..', '..')).out)
  const taken = Object.fromEntries(engines.map(e => [e, []]))
  for (let i = 0; i < runs; i++) {
    // Alternating, each round begun by another engine, so that a slow spell of the machine falls on all.
    for (let k = 0; k < engines.length; k++) {
      const e = engines[(i + k) % engines.length]
      const r = run(commands[e](w))
      const bad = e === 'drgsim' ? printed(r.out, want) : differences(answersOf(r.out), want)
      if (bad.length) fail(`${w}: ${e} differs in ${bad.length} figures:\n${bad.slice(0, 5).join('\n')}`)
      taken[e].push(r)
      console.error(`${w} ${e} ${i + 1}/${runs}: ${r.seconds.toFixed(3)} s`)
    }
  }
  for (const e of engines) {
    figures.push({ work: w, engine: e, seconds: spread(taken[e].map(r => r.seconds)), cpu: median(taken[e].map(r => r.cpu)), peak: Math.max(...taken[e].map(r => r.peak)), answers: want.size })
  }
}
const start = engines.includes('duckdb') ? spread(Array.from({ length: runs }, () => run(['node', join(here, 'duckdb.mjs'), work]).seconds)) : null

const lines = [`| work | engine | seconds, median [min-max] | processor seconds | peak MiB | times drgsim |`, '|---|---|---|---|---|---|']
for (const f of figures) {
  const base = figures.find(g => g.work === f.work && g.engine === 'drgsim')
  const s = f.seconds
  lines.push(`| ${f.work.toUpperCase()} | ${f.engine} | ${s.median.toFixed(3)} [${s.min.toFixed(3)}-${s.max.toFixed(3)}] | ${f.cpu.toFixed(2)} | ${f.peak.toFixed(0)} | ${base ? (s.median / base.seconds.median).toFixed(2) : ''} |`)
}
const rows = Number(spawnSync('wc', ['-l', join(work, 'claims.csv')], { encoding: 'utf8' }).stdout.split(' ')[0]) - 1
console.log(`${rows} claims, ${o.threads} threads of ${cpus().length} processors (${cpus()[0].model}), ${runs} runs each, alternating; all answers equal.`)
if (start) console.log(`Of each DuckDB figure, ${start.median.toFixed(3)} s is the start of node and of the library with an open database.`)
console.log(`\n${lines.join('\n')}`)
if (o.json) writeFileSync(o.json, JSON.stringify({ claims: rows, threads: Number(o.threads), cpu: cpus()[0].model, runs, start, figures }, null, 1) + '\n')
