-- W1: class and points of each stay, point value from the budget, payment by hospital and scheme, surplus kept or overrun borne.
with prices as (
  -- base × coefficient × cost / mean is cut into parts that fit 64 bits: whole multiples of the mean, and the rest.
  select h.code as hospital, g.code as drg, g.low, g.high, g.mean, (g.base * k + 500000) // 1000000 as normal,
         (g.base * k) // g.mean as low_times, (g.base * k) % g.mean as low_rest,
         g.base * (k - g.over) + 500000 as high_fixed, (g.base * 1000000) // g.mean as high_times, (g.base * 1000000) % g.mean as high_rest
  from groups g
  cross join hospitals h
  cross join lateral (select case when g.same_50 then 1000000 else h.coefficient end::bigint as k)
), cells as (
  select c.hospital, c.scheme, count(*) as claims, sum(c.gross)::bigint as gross, sum(least(c.booked, c.gross))::bigint as fund,
         sum(case
           when c.gross > p.low and c.gross <= p.high then p.normal
           when c.gross <= p.low then (p.low_times * c.gross + (p.low_rest * c.gross) // p.mean + 500000) // 1000000
           when c.gross > p.high then (p.high_fixed + p.high_times * c.gross + (p.high_rest * c.gross) // p.mean) // 1000000
           else (c.gross * 180000000::bigint + r.mean) // (2 * r.mean)
         end)::bigint as points
  from claims c
  left join prices p on p.hospital = c.hospital and p.drg = c.drg
  cross join reference r
  group by all
), funds as (
  select c.scheme, sum(gross)::hugeint as gross, sum(points)::hugeint as points,
         (any_value(t.settled) * 105 + 50) // 100 - sum(fund) as balance,
         sign(balance) * ((abs(balance) * 85 + 50) // 100) as share
  from cells c join totals t on t.scheme = c.scheme
  group by all
), shared as (
  select scheme, points, false as with_share, gross as value from funds
  union all
  select scheme, points, true, gross + share from funds
), parts as (
  select c.*, h.place, h.id, s.with_share, s.value, (s.value * c.points) // s.points as whole, (s.value * c.points) % s.points as rest
  from cells c
  join hospitals h on h.code = c.hospital
  join shared s on s.scheme = c.scheme
), paid as (
  -- Cut downward; the fen that are left go to the largest remainders, ties to the first hospital.
  select *, whole - (gross - fund) + (row_number() over (partition by scheme, with_share order by rest desc, place)
                                      <= value - sum(whole) over (partition by scheme, with_share))::integer as pay
  from parts
)
select p.id as hospital, s.id as scheme, any_value(claims) as claims, any_value(gross) as gross, any_value(fund) as fund, any_value(points) as points,
       (sum(pay) filter (not with_share))::bigint as base, (sum(pay) filter (with_share))::bigint as paid
from paid p join schemes s on s.code = p.scheme
group by all
order by all;
