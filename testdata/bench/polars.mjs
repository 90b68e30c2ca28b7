// Polars' side: node polars.mjs FOLDER prepare | node polars.mjs FOLDER w1|w2|w3, which prints CSV. Claims are put in order once
// for all scenarios; episodes and yearly sums are running sums and maxima over that order.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { table, csv, units } from './compare.mjs'
import { settled } from './settle.mjs'

const pl = createRequire(join(process.env.BENCH_MODULES ?? process.cwd(), 'x.js'))('nodejs-polars')
const [folder, work] = process.argv.slice(2)
process.chdir(folder)
const read = f => table(csv(readFileSync(f, 'utf8')))
const col = pl.col, int = x => pl.lit(x).cast(pl.Int64)
/** Whole-number division, cut downward; Polars for node has none. The quotient of a multiple is exact. */
const over = (a, b) => a.sub(a.rem(b)).div(b).cast(pl.Int64)

if (work === 'prepare') {
  const all = pl.readCSV('claims.csv', { dtypes: Object.fromEntries(['claim', 'gross', 'non_covered', 'booked_fund'].map(c => [c, pl.Int64])) })
  const small = ['person', 'hospital', 'scheme', 'drg', 'admission', 'discharge', 'settlement', 'referral', 'referred_from']
  all.withColumns(...small.map(c => col(c).cast(pl.Int32))).filter(col('settlement').gtEq(20454).and(col('settlement').ltEq(20818))).writeIPC('bench.ipc')
} else {
  process.stdout.write(answers(work))
}

/** Rules of a scenario: amounts and shares by tier, shares and ceilings by scheme; shares in thousandths, the rest in fen. */
function scenarios(work) {
  const benefit = {
    amounts: [30000, 50000, 80000], ceilings: { employee: 30000000, resident: 20000000 }, shares: { employee: [900, 860, 820], resident: [800, 720, 650] },
  }
  const base = { benefit: work === 'w1' ? null : benefit, price: work === 'w2' ? null : { list: 'same-price-50.csv' }, growth: 105n }
  if (work !== 'w3') return { baseline: base }
  const amounts = [20000, 60000, 100000], ceilings = { employee: 25000000, resident: 15000000 }, shares = { employee: [920, 860, 795], resident: [830, 720, 615] }
  const list = 'same-price-100.csv', bounds = [850000, 1100000]
  return {
    baseline: base,
    'same-price': { ...base, price: { list } },
    coefficient: { ...base, price: { ...base.price, bounds } },
    budget: { ...base, growth: 108n },
    deductible: { ...base, benefit: { ...benefit, amounts } },
    ratio: { ...base, benefit: { ...benefit, shares } },
    ceiling: { ...base, benefit: { ...benefit, ceilings } },
    all: { benefit: { amounts, ceilings, shares }, price: { list, bounds }, growth: 108n },
  }
}

function answers(work) {
  const all = scenarios(work)
  const distinct = part => [...new Set(Object.values(all).map(s => JSON.stringify(s[part])).filter(t => t !== 'null'))]
  const benefits = distinct('benefit'), prices = distinct('price')
  const schemes = read('schemes.codes.csv'), codes = new Map(read('hospitals.codes.csv').map(r => [r.id, Number(r.code)]))
  const hospitals = read('hospitals.csv').map((h, place) => ({ ...h, place, code: codes.get(h.id),
    tier: ['village', 'community', 'primary'].includes(h.tier) ? 0 : h.tier === 'secondary' ? 1 : 2, coefficient: Number(units(h.coefficient || '1', 6)) })).filter(h => h.code !== undefined)
  const by = ['hospital', 'scheme']
  const cells = new Map()
  const keep = frame => {
    for (const r of frame.toRecords()) {
      const key = `${r.hospital}/${r.scheme}`
      cells.set(key, { ...cells.get(key), ...r })
    }
  }
  const claims = pl.scanIPC('bench.ipc')
  if (prices.length) keep(priced(claims, prices.map(JSON.parse), hospitals).groupBy(by).agg(...prices.map((_, i) => col(`points${i}`).sum())).collectSync())
  const lazy = benefits.length ? adjudicated(claims, benefits.map(JSON.parse), hospitals, schemes) : claims.withColumns(pl.minHorizontal([col('booked_fund'), col('gross')]).alias('fund0'))
  keep(lazy.groupBy(by).agg(pl.len().alias('claims'), col('gross').sum(), ...(benefits.length
    ? benefits.flatMap((_, i) => ['deductible', 'coinsurance', 'over_ceiling', 'fund'].map(c => col(c + i).sum())) : [col('fund0').sum()])).collectSync())

  const out = [['scenario', 'hospital', 'scheme', 'claims', 'gross', 'deductible', 'coinsurance', 'over_ceiling', 'fund', 'points', 'base', 'paid']]
  const had = read('totals.csv').filter(t => t.year === '2025' && !t.alliance && t.name === 'final_settlement')
  for (const [name, s] of Object.entries(all)) {
    const b = Math.max(0, benefits.indexOf(JSON.stringify(s.benefit))), p = prices.indexOf(JSON.stringify(s.price))
    for (const { code, id } of schemes) {
      const list = hospitals.map(h => ({ h, c: cells.get(`${h.code}/${code}`) })).filter(x => x.c).map(({ h, c }) => ({ id: h.id, claims: c.claims, gross: BigInt(c.gross),
        fund: BigInt(c[`fund${b}`]), points: p < 0 ? 0n : BigInt(c[`points${p}`]), pockets: ['deductible', 'coinsurance', 'over_ceiling'].map(k => c[k + b] ?? '') }))
      const paid = p < 0 ? list.map(c => [c.fund, c.fund]) : settled(list, units(had.find(t => t.scheme === id).amount, 2), s.growth)
      list.forEach((c, i) => out.push([name, c.id, id, c.claims, c.gross, ...c.pockets, c.fund, c.points, ...paid[i]]))
    }
  }
  return out.map(r => r.join(',') + '\n').join('')
}

function priced(claims, rules, hospitals) {
  const groups = new Map(read('groups.codes.csv').map(r => [r.id, Number(r.code)]))
  const columns = { key: [], low: [], high: [], mean: [], high_times: [], high_rest: [] }
  rules.forEach((_, i) => { for (const c of ['normal', 'times', 'rest', 'fixed']) columns[c + i] = [] })
  const lists = rules.map(r => new Set(read(r.list).map(x => x.code)))
  for (const g of read('groups.csv')) {
    if (!g.base_points || !groups.has(g.code)) continue
    const base = units(g.base_points, 6), mean = units(g.mean_cost, 2), above = base <= 100000000n ? 3000000n : base <= 200000000n ? 2500000n : 2000000n
    for (const h of hospitals) {
      columns.key.push(h.code * 10000 + groups.get(g.code))
      columns.low.push(Number(mean * 4n / 10n))
      columns.high.push(Number(mean * above / 1000000n))
      columns.mean.push(Number(mean))
      columns.high_times.push(Number(base * 1000000n / mean))
      columns.high_rest.push(Number(base * 1000000n % mean))
      rules.forEach((r, i) => {
        const [least, most] = r.bounds ?? [0, 1e9]
        const k = lists[i].has(g.code) ? 1000000n : BigInt(Math.min(Math.max(h.coefficient, least), most))
        columns['normal' + i].push(Number((base * k + 500000n) / 1000000n))
        columns['times' + i].push(Number(base * k / mean))
        columns['rest' + i].push(Number(base * k % mean))
        columns['fixed' + i].push(Number(base * (k - above)) + 500000)
      })
    }
  }
  const table = pl.DataFrame(columns).lazy().withColumns(...Object.keys(columns).map(c => col(c).cast(c === 'key' ? pl.Int32 : pl.Int64)))
  const reference = Number(units(read('reference.csv')[0].reference_mean, 2))
  const million = int(1000000), gross = col('gross')
  return claims.withColumns(col('hospital').mul(pl.lit(10000).cast(pl.Int32)).add(col('drg')).alias('key')).join(table, { on: 'key', how: 'left' })
    .select(...['hospital', 'scheme'].map(c => col(c)), ...rules.map((_, i) =>
      pl.when(gross.gt(col('low')).and(gross.ltEq(col('high')))).then(col('normal' + i))
        .when(gross.ltEq(col('low'))).then(over(col('times' + i).mul(gross).add(over(col('rest' + i).mul(gross), col('mean'))).add(int(500000)), million))
        .when(gross.gt(col('high'))).then(over(col('fixed' + i).add(col('high_times').mul(gross)).add(over(col('high_rest').mul(gross), col('mean'))), million))
        .otherwise(over(gross.mul(int(180000000)).add(int(reference)), int(2 * reference))).alias('points' + i)))
}

function adjudicated(claims, rules, hospitals, schemes) {
  const columns = { key: [] }
  rules.forEach((_, i) => { for (const c of ['amount', 'share', 'ceiling']) columns[c + i] = [] })
  for (const h of hospitals) {
    for (const s of schemes) {
      columns.key.push(h.code * 10 + Number(s.code))
      rules.forEach((r, i) => {
        columns['amount' + i].push(r.amounts[h.tier])
        columns['share' + i].push(r.shares[s.id][h.tier])
        columns['ceiling' + i].push(r.ceilings[s.id])
      })
    }
  }
  const table = pl.DataFrame(columns).lazy().withColumns(...Object.keys(columns).map(c => col(c).cast(c === 'key' ? pl.Int32 : pl.Int64)))
  const least = (a, b) => pl.when(a.lt(b)).then(a).otherwise(b)
  const zero = int(0)
  // What a running sum has come to since the row where it last began anew; the sum never falls.
  const since = (sum, own, begins) => sum.sub(pl.when(begins).then(sum.sub(own)).otherwise(zero).cumMax())
  let f = claims.select(...['person', 'claim', 'hospital', 'scheme', 'admission', 'discharge', 'gross', 'referral', 'referred_from'].map(c => col(c)),
    pl.maxHorizontal([col('gross').sub(col('non_covered')), zero]).alias('open'))
    .sort(['person', 'admission', 'claim'])
    .withColumns(col('person').neq(col('person').shift(1)).fillNull(true).alias('first'))
    .withColumns(col('first').or(col('admission').sub(col('discharge').shift(1)).gt(30))
      .or(col('referral').neq(0).and(col('referred_from').gtEq(0)).and(col('referred_from').neq(col('hospital').shift(1)))).fillNull(true).alias('fresh'))
    .withColumns(col('fresh').cast(pl.Int64).cumSum().alias('number'), col('open').cumSum().alias('sum'))
    .withColumns(pl.when(col('number').gt(pl.when(col('first')).then(col('number')).otherwise(zero).cumMax())).then(int(2)).otherwise(int(1)).alias('parted'), since(col('sum'), col('open'), col('fresh')).alias('all'),
      col('hospital').mul(pl.lit(10).cast(pl.Int32)).add(col('scheme')).alias('key'))
    .join(table, { on: 'key', how: 'left' })
  rules.forEach((r, i) => {
    const same = rules.findIndex(q => `${q.amounts}` === `${r.amounts}`)
    const level = k => pl.when(col('parted').eq(2)).then(int(r.amounts[k] / 2)).otherwise(int(r.amounts[k]))
    const part = (room, all, own) => least(room, all).sub(least(room, all.sub(own)))
    if (same === i) {
      const due = k => col('amount' + i).gtEq(int(r.amounts[k]))
      f = f.withColumns(part(level(0), col('all'), col('open')).alias('a'))
        .withColumns(pl.when(due(1)).then(col('open').sub(col('a'))).otherwise(zero).alias('left'))
        .withColumns(col('left').cumSum().alias('sum'))
        .withColumns(part(level(1).sub(level(0)), since(col('sum'), col('left'), col('fresh')), col('left')).alias('b'))
        .withColumns(pl.when(due(2)).then(col('left').sub(col('b'))).otherwise(zero).alias('left'))
        .withColumns(col('left').cumSum().alias('sum'))
        .withColumns(col('a').add(col('b')).add(part(level(2).sub(level(1)), since(col('sum'), col('left'), col('fresh')), col('left'))).alias('deductible' + i))
    } else f = f.withColumns(col('deductible' + same).alias('deductible' + i))
    f = f.withColumns(over(col('open').sub(col('deductible' + i)).mul(col('share' + i)).add(int(500)), int(1000)).alias('due'))
      .withColumns(col('due').cumSum().alias('sum'))
      .withColumns(since(col('sum'), col('due'), col('first')).alias('total'))
      .withColumns(part(col('ceiling' + i), col('total'), col('due')).alias('fund' + i))
      .withColumns(col('due').sub(col('fund' + i)).alias('over_ceiling' + i), col('open').sub(col('deductible' + i)).sub(col('due')).alias('coinsurance' + i))
  })
  return f
}
