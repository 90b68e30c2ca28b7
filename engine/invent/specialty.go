package invent

// A specialty is a major diagnostic category (MDC) with the numbers that shape its groups.
type specialty struct {
	letter   byte
	name     string
	weight   float64        // share of admissions, relative
	surgical float64        // share of surgical groups, 0 to 1
	cost     float64        // cost level, 1 is average
	season   season         // when its stays happen
	ages     [bands]float64 // relative frequency by age band
	imaging  float64        // share of stays with AI-assisted imaging
}

// Age bands: children, women and men of 15 to 49, then everybody.
const (
	bandChild = iota
	bandWoman
	bandMan
	bandMiddle // 50 to 64
	bandOld    // 65 to 79
	bandAged   // 80 and over
	bands
)

func bandOf(age int, woman bool) int {
	switch {
	case age < 15:
		return bandChild
	case age < 50 && woman:
		return bandWoman
	case age < 50:
		return bandMan
	case age < 65:
		return bandMiddle
	case age < 80:
		return bandOld
	}
	return bandAged
}

// A season says how visits fall on the months.
type season uint8

const (
	flat season = iota
	winter
	summer
	seasons
)

// monthWeights are relative frequencies by month; February is low for the spring festival.
var monthWeights = [seasons][12]float64{
	flat:   {1.00, 0.86, 1.06, 1.03, 1.02, 1.00, 1.02, 1.00, 0.99, 0.97, 1.02, 1.05},
	winter: {1.55, 1.20, 1.10, 0.90, 0.80, 0.70, 0.68, 0.66, 0.75, 0.95, 1.20, 1.55},
	summer: {0.75, 0.70, 0.85, 0.95, 1.10, 1.25, 1.40, 1.35, 1.15, 0.95, 0.80, 0.75},
}

// specialties are in the order of their letters. The last two hold only bed-day groups.
var specialties = []specialty{
	{'B', "神经系统", 9, 0.25, 1.20, flat, [bands]float64{0.5, 0.6, 0.7, 1.5, 2.5, 3}, 0.30},
	{'C', "眼部", 4, 0.75, 0.70, flat, [bands]float64{0.4, 0.3, 0.3, 1, 2, 1.5}, 0.10},
	{'D', "耳鼻咽喉口腔", 4, 0.45, 0.65, winter, [bands]float64{1.5, 1, 1, 1, 0.8, 0.6}, 0.08},
	{'E', "呼吸系统", 13, 0.12, 0.90, winter, [bands]float64{4, 0.6, 0.7, 1.2, 2.5, 4}, 0.35},
	{'F', "循环系统", 12, 0.25, 1.50, winter, [bands]float64{0.1, 0.2, 0.5, 1.6, 3, 4}, 0.22},
	{'G', "消化系统", 10, 0.35, 0.90, summer, [bands]float64{0.8, 0.9, 1.1, 1.4, 1.3, 1.2}, 0.12},
	{'H', "肝胆胰", 5, 0.40, 1.15, flat, [bands]float64{0.1, 0.5, 1, 1.6, 1.6, 1.2}, 0.15},
	{'I', "骨骼肌肉", 9, 0.50, 1.30, flat, [bands]float64{0.5, 0.6, 0.9, 1.6, 1.5, 1.2}, 0.25},
	{'J', "皮肤乳腺", 3, 0.45, 0.80, summer, [bands]float64{0.7, 1.1, 0.6, 1, 0.9, 0.8}, 0.10},
	{'K', "内分泌代谢", 5, 0.20, 0.85, flat, [bands]float64{0.2, 0.6, 0.8, 1.8, 1.9, 1.2}, 0.06},
	{'L', "肾脏泌尿", 6, 0.35, 1.00, summer, [bands]float64{0.2, 0.6, 1, 1.5, 1.6, 1.3}, 0.08},
	{'M', "男性生殖", 1, 0.70, 0.85, flat, [bands]float64{0.5, 0, 0.7, 1, 1.6, 1.2}, 0.06},
	{'N', "女性生殖", 4, 0.60, 0.90, flat, [bands]float64{0, 2.6, 0, 1.2, 0.4, 0.2}, 0.08},
	{'O', "妊娠分娩", 6, 0.45, 0.70, flat, [bands]float64{0, 6, 0, 0, 0, 0}, 0.02},
	{'P', "新生儿", 2, 0.05, 1.10, flat, [bands]float64{7, 0, 0, 0, 0, 0}, 0.05},
	{'Q', "血液免疫", 2, 0.10, 1.20, flat, [bands]float64{0.8, 0.8, 0.7, 1, 1.3, 1.2}, 0.06},
	{'R', "肿瘤", 7, 0.30, 1.35, flat, [bands]float64{0.1, 0.7, 0.6, 2, 2, 0.8}, 0.30},
	{'S', "感染", 3, 0.08, 0.80, summer, [bands]float64{2.5, 0.7, 0.8, 0.9, 1, 1.1}, 0.15},
	{'V', "创伤中毒", 4, 0.45, 1.15, flat, [bands]float64{0.8, 0.7, 1.3, 1.2, 1, 1.1}, 0.28},
	{'T', "精神心理", 0, 0, 1, flat, [bands]float64{}, 0},
	{'X', "康复护理", 0, 0, 1, flat, [bands]float64{}, 0},
}

const (
	newborn        = 'P'
	psychiatric    = 'T'
	rehabilitation = 'X'
)
