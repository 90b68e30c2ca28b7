package claims

import (
	"fmt"
	"strings"
)

// Languages are the languages of SchemaText.
var Languages = []string{"en", "zh"}

// SchemaText prints the schema, one column a paragraph: name, whether it must be there, its meaning, the types that it is
// read from and its words. In "zh" the fixed words and the names of the columns are Chinese; a language that is not one of
// Languages is taken for "en".
func SchemaText(lang string) string {
	say := schemaWords["en"]
	if w, ok := schemaWords[lang]; ok {
		say = w
	}
	var b strings.Builder
	for _, f := range Schema {
		must := say.optional
		if f.Required {
			must = say.required
		}
		fmt.Fprintf(&b, "%s  %s  [%s, %s]\n", f.Name, f.Label, say.kinds[f.Kind], must)
		fmt.Fprintf(&b, "    %s\n", f.Doc)
		fmt.Fprintf(&b, "    %s: %s\n", say.types, accepted[f.Kind])
		if f.Words != nil {
			fmt.Fprintf(&b, "    %s: %s\n", say.words, strings.Join(f.Words, ", "))
		}
	}
	return b.String()
}

// schemaTerms are the fixed words of SchemaText in one language.
type schemaTerms struct {
	required, optional, types, words string
	kinds                            [KindBool + 1]string
}

var schemaWords = map[string]schemaTerms{
	"en": {"required", "optional", "types", "words", [...]string{"id", "code", "date", "money", "number", "yes or no"}},
	"zh": {"必填", "可选", "类型", "取值", [...]string{"编号", "代码", "日期", "金额", "数值", "是否"}},
}
