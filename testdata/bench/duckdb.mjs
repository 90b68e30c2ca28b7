// DuckDB's side: node duckdb.mjs FOLDER prepare | node duckdb.mjs FOLDER QUERY.sql THREADS, which prints CSV.
// Without a query it only opens the database, so that its start can be told apart.
import { createRequire } from 'node:module'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const { DuckDBInstance } = createRequire(join(process.env.BENCH_MODULES ?? process.cwd(), 'x.js'))('@duckdb/node-api')
const [folder, what, threads] = process.argv.slice(2)
process.chdir(folder)

if (what === 'prepare') {
  rmSync('bench.duckdb', { force: true })
  const c = await (await DuckDBInstance.create('bench.duckdb')).connect()
  await c.run(readFileSync(new URL('prepare.sql', import.meta.url), 'utf8'))
  await c.run('checkpoint')
} else {
  const c = await (await DuckDBInstance.create('bench.duckdb', { access_mode: 'READ_ONLY', threads: threads ?? '2' })).connect()
  const r = await c.runAndReadAll(what ? readFileSync(what, 'utf8') : 'select 1 as one')
  process.stdout.write([r.columnNames(), ...r.getRows()].map(row => row.join(',') + '\n').join(''))
}
