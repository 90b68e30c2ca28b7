-- The claims as a table of DuckDB, from the CSV that export wrote; the small tables come straight from the region's files.
-- Money is in fen, points and coefficients are in millionths. Codes take the place of ids, as in the Arrow file.
create table claims as
select claim::bigint as claim, person::integer as person, hospital::smallint as hospital, scheme::tinyint as scheme, drg::smallint as drg,
       admission::integer as admission, discharge::integer as discharge, gross::integer as gross, non_covered::integer as non_covered,
       booked_fund::integer as booked, referral::tinyint as referral, referred_from::smallint as referred_from
from read_csv('claims.csv')
where year(date '1970-01-01' + settlement::integer) = 2026;

create table hospitals as
select c.code::smallint as code, h.place, h.id, coalesce((h.coefficient * 1000000)::integer, 1000000) as coefficient,
       case when h.tier in ('village', 'community', 'primary') then 1 when h.tier = 'secondary' then 2 else 3 end::tinyint as tier
from (select id, tier, coefficient, row_number() over ()::smallint as place from read_csv('hospitals.csv', types = {coefficient: 'decimal(9,6)'})) h
join read_csv('hospitals.codes.csv') c on c.id = h.id;

create table schemes as select code::tinyint as code, id from read_csv('schemes.codes.csv');

-- Costs up to low are low outliers, costs above high are high ones; high is counted from over times the mean.
create table groups as
select c.code::smallint as code, g.id, g.base, g.mean, (g.mean * 4) // 10 as low, (g.mean * g.over) // 1000000 as high, g.over,
       g.id in (select code from read_csv('same-price-50.csv')) as same_50, g.id in (select code from read_csv('same-price-100.csv')) as same_100
from (select code as id, (base_points * 1000000)::bigint as base, (mean_cost * 100)::bigint as mean,
             case when base_points <= 100 then 3000000 when base_points <= 200 then 2500000 else 2000000 end as over
      from read_csv('groups.csv', types = {base_points: 'decimal(18,6)', mean_cost: 'decimal(18,2)'}) where base_points is not null) g
join read_csv('groups.codes.csv') c on c.id = g.id;

create table reference as select (reference_mean * 100)::bigint as mean from read_csv('reference.csv', types = {reference_mean: 'decimal(18,2)'});

create table totals as
select s.code as scheme, (t.amount * 100)::bigint as settled
from read_csv('totals.csv', types = {amount: 'decimal(18,2)'}) t
join schemes s on s.id = t.scheme
where t.year = 2025 and t.alliance is null and t.name = 'final_settlement';
