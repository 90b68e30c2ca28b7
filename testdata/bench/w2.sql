-- W2: what each person pays. Stays within 30 days of the last discharge are one episode; the person bears the deductible of
-- its highest level once, half of it from the second episode of the year on.
with linked as (
  select c.person, c.claim, c.hospital, c.scheme, c.gross, c.admission, greatest(c.gross - c.non_covered, 0) as open, h.tier,
         coalesce(c.admission - lag(c.discharge) over w <= 30
                  and (c.referral = 0 or c.referred_from < 0 or c.referred_from = lag(c.hospital) over w), false) as link,
         sum(greatest(c.gross - c.non_covered, 0)) over (w rows between unbounded preceding and unbounded following)::bigint as all_open
  from claims c join hospitals h on h.code = c.hospital
  window w as (partition by c.person order by c.admission, c.claim)
), episodes as (
  select *, sum((not link)::integer) over (partition by person order by admission, claim rows unbounded preceding)::integer as episode
  from linked
), rules(scheme_id, tier, amount, share, ceiling) as (
  values ('employee', 1, 30000, 90, 30000000), ('employee', 2, 50000, 86, 30000000), ('employee', 3, 80000, 82, 30000000),
         ('resident', 1, 30000, 80, 20000000), ('resident', 2, 50000, 72, 20000000), ('resident', 3, 80000, 65, 20000000)
), due as (
  select e.*, r.share, r.ceiling, case when episode > 1 then r.amount // 2 else r.amount end as due
  from episodes e
  join (select s.code as scheme, r.* from rules r join schemes s on s.id = r.scheme_id) r on r.scheme = e.scheme and r.tier = e.tier
), reached as (
  -- Where every stay of an episode costs its deductible, what has been paid before is the highest amount before.
  select *, max(due) over (w rows between unbounded preceding and 1 preceding) as highest,
         min(open - due) over (w rows between unbounded preceding and unbounded following) as slack
  from due
  window w as (partition by person, episode order by admission, claim)
), levels as (
  -- The other episodes fill the three levels of the deductible one after the other; each level takes what the one below it leaves.
  select *, case when episode > 1 then 15000 else 30000 end as one, case when episode > 1 then 25000 else 50000 end as two,
         case when episode > 1 then 40000 else 80000 end as three,
         sum(open) over (partition by person, episode order by admission, claim rows unbounded preceding)::bigint as all_one
  from reached where slack < 0
), first as (
  select *, least(one, all_one) - least(one, all_one - open) as part_one, case when due >= two then open - part_one else 0 end as open_two from levels
), second as (
  select *, sum(open_two) over (partition by person, episode order by admission, claim rows unbounded preceding)::bigint as all_two from first
), third as (
  select *, least(two - one, all_two) - least(two - one, all_two - open_two) as part_two,
         case when due >= three then open_two - part_two else 0 end as open_three from second
), fourth as (
  select *, sum(open_three) over (partition by person, episode order by admission, claim rows unbounded preceding)::bigint as all_three from third
), deducted as (
  select person, claim, admission, hospital, scheme, gross, open, all_open, share, ceiling, greatest(due - coalesce(highest, 0), 0) as deductible
  from reached where slack >= 0
  union all
  select person, claim, admission, hospital, scheme, gross, open, all_open, share, ceiling,
         part_one + part_two + least(three - two, all_three) - least(three - two, all_three - open_three)
  from fourth
), adjudicated as materialized (
  select *, ((open - deductible) * share::bigint + 50) // 100 as fund from deducted
), above as (
  -- Few persons cost more than the ceiling: only their stays are put in order again.
  select hospital, scheme, sum(fund - (least(total, ceiling) - least(total - fund, ceiling)))::bigint as excess
  from (select *, sum(fund) over (partition by person order by admission, claim rows unbounded preceding)::bigint as total
        from adjudicated where all_open > ceiling)
  group by all
), sums as (
  select hospital, scheme, count(*) as claims, sum(gross)::bigint as gross, sum(deductible)::bigint as deductible,
         sum(open - deductible - fund)::bigint as coinsurance, sum(fund)::bigint as fund
  from adjudicated
  group by all
)
select h.id as hospital, s.id as scheme, x.claims, x.gross, x.deductible, x.coinsurance,
       coalesce(a.excess, 0) as over_ceiling, x.fund - coalesce(a.excess, 0) as fund
from sums x
join hospitals h on h.code = x.hospital
join schemes s on s.code = x.scheme
left join above a on a.hospital = x.hospital and a.scheme = x.scheme
order by all;
