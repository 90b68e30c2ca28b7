// The settlement of one scheme by points, for engines whose tables end where the hospitals' sums begin.

/** Cuts a total over weights downward; what is left goes to the largest remainders, ties to the first. */
function allocate(total, weights) {
  const sum = weights.reduce((a, b) => a + b, 0n)
  const parts = weights.map(w => total * w / sum)
  const left = Number(total - parts.reduce((a, b) => a + b, 0n))
  const rest = weights.map((w, i) => ({ i, rest: total * w % sum })).sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.i - b.i))
  for (const { i } of rest.slice(0, left)) parts[i]++
  return parts
}

/** What hospitals are paid before and after a surplus is kept or an overrun is borne. */
export function settled(cells, lastYear, growth) {
  const sum = key => cells.reduce((a, c) => a + c[key], 0n)
  const balance = (lastYear * growth + 50n) / 100n - sum('fund'), size = balance < 0n ? -balance : balance
  const share = (size * 85n + 50n) / 100n * (balance < 0n ? -1n : 1n)
  const points = cells.map(c => c.points)
  const [base, paid] = [sum('gross'), sum('gross') + share].map(total => allocate(total, points))
  return cells.map((c, i) => [base[i], paid[i]].map(x => x - (c.gross - c.fund)))
}
