-- W3: both sides under eight scenarios. What scenarios share is worked out once: four sets of points, two deductibles,
-- four amounts of the fund before the ceiling, five after it.
with prices as (
  select h.code as hospital, g.code as drg, g.low, g.high, g.mean, (g.base * 1000000) // g.mean as high_times, (g.base * 1000000) % g.mean as high_rest,
         (g.base * k1 + 500000) // 1000000 as normal1, (g.base * k1) // g.mean as times1, (g.base * k1) % g.mean as rest1, g.base * (k1 - g.over) + 500000 as fixed1,
         (g.base * k2 + 500000) // 1000000 as normal2, (g.base * k2) // g.mean as times2, (g.base * k2) % g.mean as rest2, g.base * (k2 - g.over) + 500000 as fixed2,
         (g.base * k3 + 500000) // 1000000 as normal3, (g.base * k3) // g.mean as times3, (g.base * k3) % g.mean as rest3, g.base * (k3 - g.over) + 500000 as fixed3,
         (g.base * k4 + 500000) // 1000000 as normal4, (g.base * k4) // g.mean as times4, (g.base * k4) % g.mean as rest4, g.base * (k4 - g.over) + 500000 as fixed4
  from groups g
  cross join (select *, least(greatest(coefficient, 850000), 1100000) as bounded from hospitals) h
  cross join lateral (select case when g.same_50 then 1000000 else h.coefficient end::bigint as k1,
                             case when g.same_100 then 1000000 else h.coefficient end::bigint as k2,
                             case when g.same_50 then 1000000 else h.bounded end::bigint as k3,
                             case when g.same_100 then 1000000 else h.bounded end::bigint as k4)
), classed as (
  select c.hospital, c.scheme, c.gross, p.*, (c.gross * 180000000::bigint + r.mean) // (2 * r.mean) as ungrouped,
         case when c.gross > p.low and c.gross <= p.high then 1 when c.gross <= p.low then 2 when c.gross > p.high then 3 else 4 end as class,
         case when class = 3 then p.high_times * c.gross + (p.high_rest * c.gross) // p.mean end as above
  from claims c
  left join (select hospital as site, * exclude hospital from prices) p on p.site = c.hospital and p.drg = c.drg
  cross join reference r
), pointed as (
  select hospital, scheme,
         sum(case class when 1 then normal1 when 2 then (times1 * gross + (rest1 * gross) // mean + 500000) // 1000000 when 3 then (fixed1 + above) // 1000000 else ungrouped end)::bigint as points1,
         sum(case class when 1 then normal2 when 2 then (times2 * gross + (rest2 * gross) // mean + 500000) // 1000000 when 3 then (fixed2 + above) // 1000000 else ungrouped end)::bigint as points2,
         sum(case class when 1 then normal3 when 2 then (times3 * gross + (rest3 * gross) // mean + 500000) // 1000000 when 3 then (fixed3 + above) // 1000000 else ungrouped end)::bigint as points3,
         sum(case class when 1 then normal4 when 2 then (times4 * gross + (rest4 * gross) // mean + 500000) // 1000000 when 3 then (fixed4 + above) // 1000000 else ungrouped end)::bigint as points4
  from classed
  group by all
), linked as (
  select c.person, c.claim, c.hospital, c.scheme, c.gross, c.admission, greatest(c.gross - c.non_covered, 0) as open, h.tier,
         coalesce(c.admission - lag(c.discharge) over w <= 30
                  and (c.referral = 0 or c.referred_from < 0 or c.referred_from = lag(c.hospital) over w), false) as link,
         sum(greatest(c.gross - c.non_covered, 0)) over (w rows between unbounded preceding and unbounded following)::bigint as all_open
  from claims c join hospitals h on h.code = c.hospital
  window w as (partition by c.person order by c.admission, c.claim)
), episodes as (
  select *, sum((not link)::integer) over (partition by person order by admission, claim rows unbounded preceding)::integer as episode
  from linked
), rules(scheme_id, tier, amount1, amount2, share1, share2, ceiling1, ceiling2) as (
  values ('employee', 1, 30000, 20000, 900, 920, 30000000, 25000000), ('employee', 2, 50000, 60000, 860, 860, 30000000, 25000000),
         ('employee', 3, 80000, 100000, 820, 795, 30000000, 25000000),
         ('resident', 1, 30000, 20000, 800, 830, 20000000, 15000000), ('resident', 2, 50000, 60000, 720, 720, 20000000, 15000000),
         ('resident', 3, 80000, 100000, 650, 615, 20000000, 15000000)
), due as (
  select e.person, e.claim, e.admission, e.hospital, e.scheme, e.open, e.all_open, e.gross, e.episode, r.share1, r.share2, r.ceiling1, r.ceiling2,
         case when episode > 1 then 2 else 1 end as parted, r.amount1 // parted as due1, r.amount2 // parted as due2
  from episodes e
  join (select s.code as scheme, r.* exclude scheme_id from rules r join schemes s on s.id = r.scheme_id) r on r.scheme = e.scheme and r.tier = e.tier
), reached as (
  -- Where every stay of an episode costs its deductible, what has been paid before is the highest amount before.
  select *, max(due1) over (w rows between unbounded preceding and 1 preceding) as highest1, max(due2) over (w rows between unbounded preceding and 1 preceding) as highest2,
         min(open - greatest(due1, due2)) over (w rows between unbounded preceding and unbounded following) as slack
  from due
  window w as (partition by person, episode order by admission, claim)
), levels as (
  -- The other episodes fill the three levels of the deductible one after the other; each level takes what the one below it leaves.
  select *, 30000 // parted as one1, 50000 // parted as two1, 80000 // parted as three1, 20000 // parted as one2, 60000 // parted as two2, 100000 // parted as three2,
         sum(open) over (partition by person, episode order by admission, claim rows unbounded preceding)::bigint as all_one
  from reached where slack < 0
), first as (
  select *, least(one1, all_one) - least(one1, all_one - open) as a1, case when due1 >= two1 then open - a1 else 0 end as open_two1,
         least(one2, all_one) - least(one2, all_one - open) as a2, case when due2 >= two2 then open - a2 else 0 end as open_two2
  from levels
), second as (
  select *, (sum(open_two1) over w)::bigint as all_two1, (sum(open_two2) over w)::bigint as all_two2
  from first window w as (partition by person, episode order by admission, claim rows unbounded preceding)
), third as (
  select *, least(two1 - one1, all_two1) - least(two1 - one1, all_two1 - open_two1) as b1, case when due1 >= three1 then open_two1 - b1 else 0 end as open_three1,
         least(two2 - one2, all_two2) - least(two2 - one2, all_two2 - open_two2) as b2, case when due2 >= three2 then open_two2 - b2 else 0 end as open_three2
  from second
), fourth as (
  select *, (sum(open_three1) over w)::bigint as all_three1, (sum(open_three2) over w)::bigint as all_three2
  from third window w as (partition by person, episode order by admission, claim rows unbounded preceding)
), deducted as (
  select person, claim, admission, hospital, scheme, gross, open, all_open, share1, share2, ceiling1, ceiling2,
         greatest(due1 - coalesce(highest1, 0), 0) as deductible1, greatest(due2 - coalesce(highest2, 0), 0) as deductible2
  from reached where slack >= 0
  union all
  select person, claim, admission, hospital, scheme, gross, open, all_open, share1, share2, ceiling1, ceiling2,
         a1 + b1 + least(three1 - two1, all_three1) - least(three1 - two1, all_three1 - open_three1),
         a2 + b2 + least(three2 - two2, all_three2) - least(three2 - two2, all_three2 - open_three2)
  from fourth
), adjudicated as materialized (
  -- fund11: deductible 1, ratio 1; and so on.
  select person, claim, admission, hospital, scheme, gross, open, all_open, deductible1, deductible2, ceiling1, ceiling2,
         ((open - deductible1) * share1::bigint + 500) // 1000 as fund11, ((open - deductible2) * share1::bigint + 500) // 1000 as fund21,
         ((open - deductible1) * share2::bigint + 500) // 1000 as fund12, ((open - deductible2) * share2::bigint + 500) // 1000 as fund22
  from deducted
), above as (
  -- Few persons cost more than a ceiling: only their stays are put in order again. excess111 is that of fund11 above ceiling 1.
  select hospital, scheme,
         sum(fund11 - (least(total11, ceiling1) - least(total11 - fund11, ceiling1)))::bigint as excess111,
         sum(fund11 - (least(total11, ceiling2) - least(total11 - fund11, ceiling2)))::bigint as excess112,
         sum(fund21 - (least(total21, ceiling1) - least(total21 - fund21, ceiling1)))::bigint as excess211,
         sum(fund12 - (least(total12, ceiling1) - least(total12 - fund12, ceiling1)))::bigint as excess121,
         sum(fund22 - (least(total22, ceiling2) - least(total22 - fund22, ceiling2)))::bigint as excess222
  from (select *, (sum(fund11) over w)::bigint as total11, (sum(fund21) over w)::bigint as total21, (sum(fund12) over w)::bigint as total12, (sum(fund22) over w)::bigint as total22
        from adjudicated where all_open > ceiling2
        window w as (partition by person order by admission, claim rows unbounded preceding))
  group by all
), sums as (
  select hospital, scheme, count(*) as claims, sum(gross)::bigint as gross, sum(open)::bigint as open, sum(deductible1)::bigint as deductible1, sum(deductible2)::bigint as deductible2,
         sum(fund11)::bigint as fund11, sum(fund21)::bigint as fund21, sum(fund12)::bigint as fund12, sum(fund22)::bigint as fund22
  from adjudicated
  group by all
), cells as (
  select v.*, s.hospital, s.scheme, s.claims, s.gross, s.open - v.deductible - v.shared as coinsurance, v.shared - v.over_ceiling as fund
  from sums s
  join pointed p on p.hospital = s.hospital and p.scheme = s.scheme
  left join above a on a.hospital = s.hospital and a.scheme = s.scheme
  cross join lateral (
    values ('baseline', 105, points1, deductible1, fund11, coalesce(excess111, 0)),
           ('same-price', 105, points2, deductible1, fund11, coalesce(excess111, 0)),
           ('coefficient', 105, points3, deductible1, fund11, coalesce(excess111, 0)),
           ('budget', 108, points1, deductible1, fund11, coalesce(excess111, 0)),
           ('deductible', 105, points1, deductible2, fund21, coalesce(excess211, 0)),
           ('ratio', 105, points1, deductible1, fund12, coalesce(excess121, 0)),
           ('ceiling', 105, points1, deductible1, fund11, coalesce(excess112, 0)),
           ('all', 108, points4, deductible2, fund22, coalesce(excess222, 0))
  ) v(scenario, growth, points, deductible, shared, over_ceiling)
), funds as (
  select c.scenario, c.scheme, sum(gross)::hugeint as gross, sum(points)::hugeint as points,
         (any_value(t.settled) * any_value(growth) + 50) // 100 - sum(fund) as balance,
         sign(balance) * ((abs(balance) * 85 + 50) // 100) as share
  from cells c join totals t on t.scheme = c.scheme
  group by all
), shared as (
  select scenario, scheme, points, false as with_share, gross as value from funds
  union all
  select scenario, scheme, points, true, gross + share from funds
), parts as (
  select c.*, h.place, h.id, s.with_share, s.value, (s.value * c.points) // s.points as whole, (s.value * c.points) % s.points as rest
  from cells c
  join hospitals h on h.code = c.hospital
  join shared s on s.scenario = c.scenario and s.scheme = c.scheme
), paid as (
  -- Cut downward; the fen that are left go to the largest remainders, ties to the first hospital.
  select *, whole - (gross - fund) + (row_number() over (partition by scenario, scheme, with_share order by rest desc, place)
                                      <= value - sum(whole) over (partition by scenario, scheme, with_share))::integer as pay
  from parts
)
select scenario, p.id as hospital, s.id as scheme, any_value(claims) as claims, any_value(gross) as gross, any_value(deductible) as deductible,
       any_value(coinsurance) as coinsurance, any_value(over_ceiling) as over_ceiling, any_value(fund) as fund, any_value(points) as points,
       (sum(pay) filter (not with_share))::bigint as base, (sum(pay) filter (with_share))::bigint as paid
from paid p join schemes s on s.code = p.scheme
group by all
order by all;
