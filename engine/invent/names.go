package invent

import "strconv"

// Names of counties and townships; none is meant for a real place.
var (
	countyStems = []string{"青岚", "云浦", "临汐", "望川", "碧屏", "鹿鸣", "石桁", "霜华", "桐野", "澜庭", "竹溆", "白汀", "秋浣", "远岫",
		"琴泉", "暮云", "栖鹭", "枫渡", "砚溪", "听澜"}
	townStems = []string{"柳湾", "石桥", "梅坞", "横塘", "清泉", "双井", "古渡", "高岭", "沙洲", "槐荫", "茶园", "荷塘", "龙口", "银杏",
		"麦岗", "桃林", "红枫", "长堤", "芦滩", "鹭溪", "松坪", "稻香", "莲塘", "杏坛", "竹园", "石门", "菱湖", "板桥", "枣园", "云台"}
	urbanDistrict = "市区"
	schemeNames   = []string{"employee", "resident"}
)

// stem returns name i of a list; past its end the names repeat with a number.
func stem(list []string, i int) string {
	s := list[i%len(list)]
	if round := i / len(list); round > 0 {
		s += numeral(round + 1)
	}
	return s
}

// numeral writes 1 to 99 in Chinese.
func numeral(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	if n > 99 {
		return strconv.Itoa(n)
	}
	s := digits[n%10]
	if n >= 10 {
		s = "十" + s
	}
	if n >= 20 {
		s = digits[n/10] + s
	}
	return s
}
