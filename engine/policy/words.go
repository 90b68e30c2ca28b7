package policy

// Word returns the words of both languages for a key or a code of packs; a word that is not in the list stands for itself.
func Word(key string) (zh, en string) {
	if w, ok := glossary[key]; ok {
		return w[0], w[1]
	}
	return key, key
}

// glossary holds what analysts call the keys and codes of packs, Chinese and English.
var glossary = map[string][2]string{
	"benefit": {"待遇", "benefits"}, "drg": {"病组付费", "DRG payment"}, "settle": {"结算", "settlement"}, "advance": {"预付", "advances"},
	"indicators": {"指标", "indicators"}, "targets": {"目标", "targets"}, "penalties": {"违规扣点", "penalties"}, "calendar": {"时限", "calendar"},
	"streams": {"付费类别", "payment streams"}, "budgets": {"预算", "budgets"}, "pools": {"点数池", "pools"}, "classes": {"病例类型", "case classes"},
	"opening": {"年初预算", "opening"}, "sharing": {"结余留用与超支分担", "retention and sharing"}, "surplus": {"结余", "surplus"},
	"overrun": {"超支", "overrun"}, "keep": {"留用比例", "share kept"}, "bear": {"分担比例", "share borne"}, "bands": {"分段", "bands"},
	"growth": {"增长率", "growth"}, "reserve": {"风险储备", "reserve"}, "carve_outs": {"划出项目", "carve-outs"}, "alliance": {"医共体", "alliance"},
	"split": {"内部分配", "split inside"}, "scope": {"支出范围", "scope"}, "level": {"预算层级", "level"}, "region": {"统筹区", "region"}, "hospital": {"医疗机构", "hospital"},
	"method": {"付费方式", "method"}, "basis": {"点值口径", "basis"}, "ratio": {"比例", "ratio"}, "deposit": {"质量保证金", "deposit"},
	"prepayment_months": {"预付月数", "months prepaid"}, "amount": {"金额", "amount"}, "amounts": {"标准", "amounts"}, "share": {"比例", "share"},
	"rates": {"支付比例", "ratios"}, "limits": {"限额", "limits"}, "thresholds": {"起付线", "thresholds"}, "caps": {"封顶线", "caps"}, "cap": {"封顶", "cap"},
	"up_to": {"至", "up to"}, "base_up_to": {"基准点数至", "base points up to"}, "ratio_up_to": {"倍率至", "ratio up to"}, "ratio_over": {"倍率高于", "ratio above"},
	"repeat": {"再次住院", "later stays"}, "referral": {"转诊", "referral"}, "enabled": {"启用", "enabled"}, "mode": {"方式", "mode"},
	"window_days": {"间隔天数", "days between"}, "record_required": {"须有转诊记录", "record required"}, "lateral": {"同级转院", "same level"},
	"yearly_cap": {"年度累计封顶", "yearly cap"}, "covered": {"纳入支付", "covered"}, "first_pay": {"先行自付", "first pay"}, "visit_ceiling": {"单次限额", "limit per visit"},
	"year_ceiling": {"年度限额", "limit per year"}, "prices": {"价格", "prices"}, "diseases": {"病种", "diseases"}, "prescription_days": {"处方天数", "days of a prescription"},
	"add_on": {"加额", "add-on"}, "ceiling": {"限额", "ceiling"}, "when": {"适用范围", "applies to"}, "pay": {"计算", "pay"}, "formula": {"公式", "formula"},
	"plus": {"加", "plus"}, "deduct": {"扣减", "deduction"}, "floor": {"下限", "floor"}, "times": {"倍数", "times"}, "points": {"点数", "points"}, "adjust": {"调整", "adjustments"},
	"same_price": {"不设差异系数病组", "same-price groups"}, "codes": {"病组", "codes"}, "coefficient": {"差异系数", "coefficient"}, "weights": {"权重", "weights"},
	"grade": {"医院等级", "hospital grade"}, "history": {"历史费用", "historical cost"}, "cmi": {"CMI", "CMI"}, "visits": {"人次人头比", "visits per head"}, "burden": {"个人负担", "personal burden"},
	"boosts": {"倾斜", "boosts"}, "readmission": {"再入院", "readmission"}, "days": {"天数", "days"}, "reviews": {"评议", "reviews"}, "limit": {"上限", "limit"},
	"reference_mean": {"均次住院费用", "mean cost"}, "scale": {"点数基数", "scale"}, "rate": {"费率", "rate"}, "groups": {"病组表", "group table"}, "growth_control": {"增长控制", "growth control"},
	"cut": {"扣减上限", "cut"}, "bonus": {"激励上限", "bonus"}, "per": {"周期", "per"}, "by": {"时点", "by"}, "min": {"不低于", "at least"}, "max": {"不高于", "at most"},
	"order": {"就诊次序", "order of visits"}, "price_date": {"计价日期", "pricing date"}, "round": {"舍入", "rounding"}, "kind": {"规则", "kind"}, "age": {"年龄", "age"}, "group": {"病组", "group"},
	"scheme": {"险种", "scheme"}, "employee": {"职工", "employee"}, "resident": {"居民", "resident"}, "retired": {"退休", "retired"}, "signed": {"家医签约", "signed"}, "filed": {"备案", "filed"},
	"village": {"村卫生室", "village"}, "community": {"社区/乡镇", "community"}, "primary": {"一级及基层", "primary"}, "secondary": {"二级", "secondary"},
	"tertiary": {"三级", "tertiary"}, "tertiary_a": {"三级甲等", "tertiary A"}, "provincial": {"省级", "provincial"}, "1": {"一级及基层", "primary"}, "2": {"二级", "secondary"}, "3": {"三级", "tertiary"},
	"inpatient": {"住院", "inpatient"}, "outpatient": {"门诊", "outpatient"}, "chronic": {"慢性病", "chronic"}, "internet": {"互联网", "internet"}, "bedday": {"床日", "bed-day"},
	"local": {"本地", "local"}, "in_province": {"省内异地", "in province"}, "out_of_province": {"省外", "out of province"},
	"none": {"无", "none"}, "up": {"上转", "up"}, "down": {"下转", "down"}, "low_income": {"低收入", "low income"}, "guaranteed": {"低保", "guaranteed"}, "destitute": {"特困", "destitute"},
	"tier": {"等级", "tier"}, "setting": {"就医方式", "setting"}, "place": {"就医地", "place"}, "assistance": {"救助身份", "assistance"}, "reviewed": {"评议类别", "reviewed as"},
	"top_up": {"追加比例", "top-up"}, "apart": {"单列", "paid apart"}, "pay_workdays": {"拨付工作日", "working days to pay"}, "clearing_month": {"清算月", "month of clearing"},
	"clearing_day": {"清算日", "day of clearing"}, "release": {"动用", "release"}, "lead": {"牵头医院", "leading hospital"}, "weight": {"权重", "weight"}, "score": {"考核得分", "score"},
	"scores": {"考核分段", "score bands"}, "factor": {"系数", "factor"}, "yearly_ceiling": {"年度限额", "limit per year"}, "fees": {"按日自付", "fees"}, "to": {"归入", "to"}, "of": {"对象", "of"}, "on": {"基数", "on"},
	"excess_coefficient": {"高倍率部分乘系数", "coefficient on the excess"}, "loss": {"固定损失", "fixed loss"}, "loss_over": {"超过固定损失", "above the fixed loss"},
	"special": {"特例单议", "special review"}, "budget": {"预算", "budget"}, "pool": {"点数池", "pool"}, "declare_day": {"申报日", "day of declaration"}, "working_days": {"工作日", "working days"},
}
