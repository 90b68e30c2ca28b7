package claims

import (
	"strings"
	"testing"
)

func TestSchemaText(t *testing.T) {
	for lang, want := range map[string]string{
		"en": "place  就医地  [code, optional]\n    where the visit took place, seen from the pooling region; absent: local\n" +
			"    types: utf8, large_utf8, utf8_view, or a dictionary of one of these\n    words: local, in_province, out_of_province\n",
		"zh": "gross  医疗总费用  [金额, 必填]\n",
	} {
		if s := SchemaText(lang); !strings.Contains(s, want) {
			t.Errorf("%s: lacks %q in\n%s", lang, want, s)
		}
	}
	if SchemaText("xx") != SchemaText("en") {
		t.Error("an unknown language is not taken for English")
	}
}
