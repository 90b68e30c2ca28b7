// Reads and compares answers: maps from scenario/hospital/scheme to whole numbers, in fen and millionths of a point.

/** Splits CSV into records; cells may be quoted. */
export function csv(text) {
  return text.trim().split('\n').map(line => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(m => m[1].replace(/^"|"$/g, '')))
}

export function table(rows) {
  const [head, ...body] = rows
  return body.map(r => Object.fromEntries(head.map((h, i) => [h, r[i]])))
}

/** The answers that an engine printed as one table. */
export function answersOf(text) {
  return new Map(table(csv(text)).map(r => {
    const { scenario = 'baseline', hospital, scheme, ...rest } = r
    return [`${scenario}/${hospital}/${scheme}`, Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== '').map(([k, v]) => [k, BigInt(v)]))]
  }))
}

/** Where an engine's answers are not the wanted ones. An engine may leave columns out, but no row. */
export function differences(got, want) {
  const bad = []
  for (const [key, w] of want) {
    const g = got.get(key)
    if (!g) bad.push(`${key} is missing`)
    else for (const k of Object.keys(g)) if (g[k] !== w[k]) bad.push(`${key} ${k}: ${g[k]}, wanted ${w[k]}`)
  }
  for (const key of got.keys()) if (!want.has(key)) bad.push(`${key} is too many`)
  return bad
}

/** A decimal number of a report as whole units of so many decimals. */
export function units(text, decimals) {
  const [whole, rest = ''] = text.split('.')
  return BigInt(whole + rest.padEnd(decimals, '0'))
}

/** Where the report of drgsim run or drgsim compare is not what its packages gave. */
export function printed(text, want) {
  const sections = Object.fromEntries(text.split(/^# /m).slice(1).map(s => [s.slice(0, s.indexOf('\n')), s.slice(s.indexOf('\n') + 1)]))
  const got = new Map(), sum = new Map()
  const add = (map, key, o) => {
    const at = map.get(key) ?? {}
    for (const [k, v] of Object.entries(o)) at[k] = (at[k] ?? 0n) + v
    map.set(key, at)
  }
  const rows = table(csv(sections.hospitals))
  if ('scheme' in rows[0]) {
    for (const r of rows) {
      add(got, `baseline/${r.hospital}/${r.scheme.replace(/ scheme$/, '')}`, { claims: BigInt(r.claims), gross: units(r.gross, 2), fund: units(r.booked, 2),
        points: units(r.points, 6), base: units(r.base, 2), paid: units(r.paid, 2) })
    }
    return differences(got, want)
  }
  // A comparison lists hospitals with their schemes together, and points by scheme.
  for (const r of rows) add(got, `${r.scenario}/${r.hospital}`, { fund: units(r.booked, 2), paid: units(r.paid, 2) })
  for (const r of table(csv(sections.pools))) add(got, `${r.scenario}/${r.pool}`, { points: units(r.points, 6) })
  for (const [key, w] of want) {
    const [scenario, hospital, scheme] = key.split('/')
    add(sum, `${scenario}/${hospital}`, { fund: w.fund, paid: w.paid })
    add(sum, `${scenario}/points/${scheme}`, { points: w.points })
  }
  for (const key of got.keys()) if (!sum.has(key) && Object.values(got.get(key)).every(v => v === 0n)) got.delete(key)
  return differences(got, sum)
}
