// Package nearest finds the valid name that a misspelt one most likely meant, for error messages.
package nearest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Name returns the candidate with the smallest edit distance to the word, the first of equals, or "" when none is near:
// more than half of the longer word would have to change. Case is ignored.
func Name(word string, candidates []string) string {
	best, bestDist := "", 1<<30
	for _, c := range candidates {
		d := distance(strings.ToLower(word), strings.ToLower(c))
		if d < bestDist {
			best, bestDist = c, d
		}
	}
	longest := max(utf8.RuneCountInString(word), utf8.RuneCountInString(best))
	if best == "" || bestDist*2 > longest {
		return ""
	}
	return best
}

// Slip returns the candidate that the word most likely misspells, or "" when none is near enough: less than a third of the
// longer word would have to change. It is for words that may well be right as they are.
func Slip(word string, candidates []string) string {
	n := Name(word, candidates)
	if n == "" || distance(strings.ToLower(word), strings.ToLower(n))*3 >= max(utf8.RuneCountInString(word), utf8.RuneCountInString(n)) {
		return ""
	}
	return n
}

// Hint returns `; nearest is "name"`, or nothing when no candidate is near: the tail of an error sentence.
func Hint(word string, candidates []string) string {
	if n := Name(word, candidates); n != "" {
		return fmt.Sprintf("; nearest is %q", n)
	}
	return ""
}

// distance is the edit distance with insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, prev, cur := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(s); i++ {
		cur[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(t)]
}
