package message

import (
	"strings"
	"time"
)

const (
	months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	days   = "SunMonTueWedThuFriSat"
)

// zones are the names of zones in hours (RFC 5322 §4.3).
var zones = map[string]int{"UT": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
	"PST": -8, "PDT": -7}

// ParseDate reads the value of a Date field (RFC 5322 §3.3, with the obsolete forms of §4.3): the moment in seconds since
// 1970-01-01 UTC, and how many seconds its zone is ahead. A zone that it does not know is 0, and so is a time that is
// missing; ok is false where there is no date.
func ParseDate(value string) (unix int64, zone int, ok bool) {
	p := addressParser{rest: value}
	words := dateWords(&p)
	if len(words) > 0 && !isDigit(words[0][0]) { // the day of the week
		words = words[1:]
	}
	if len(words) < 3 {
		return 0, 0, false
	}
	day, rest := leadingNumber(words[0])
	month := monthOf(words[1])
	year, more := leadingNumber(words[2])
	if rest+more != "" || day < 1 || day > 31 || month == 0 {
		return 0, 0, false
	}
	switch {
	case len(words[2]) == 2 && year < 50:
		year += 2000
	case len(words[2]) < 4:
		year += 1900
	}
	var clock [3]int
	if len(words) > 3 {
		for i, part := range strings.SplitN(words[3], ":", 3) {
			if clock[i], rest = leadingNumber(part); rest != "" || clock[i] > 60 {
				return 0, 0, false
			}
		}
	}
	if len(words) > 4 {
		zone = zoneOf(words[4])
	}
	t := time.Date(year, time.Month(month), day, clock[0], clock[1], clock[2], 0, time.UTC)
	return t.Unix() - int64(zone), zone, true
}

// dateWords are the words of a date, without commas and comments, up to five.
func dateWords(p *addressParser) []string {
	words := make([]string, 0, 8)
	for len(words) < 7 {
		p.space()
		if p.rest == "" {
			break
		}
		end := strings.IndexAny(p.rest, " \t\r\n,(")
		switch {
		case end < 0:
			end = len(p.rest)
		case end == 0:
			p.take()
			continue
		}
		words = append(words, p.rest[:end])
		p.rest = p.rest[end:]
	}
	return words
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// leadingNumber reads up to four digits.
func leadingNumber(s string) (n int, rest string) {
	i := 0
	for i < len(s) && i < 4 && isDigit(s[i]) {
		n = n*10 + int(s[i]-'0')
		i++
	}
	if i == 0 {
		return 0, "?"
	}
	return n, s[i:]
}

// monthOf is the number of a month by its first three letters in any case, 0 where it is none.
func monthOf(s string) int {
	if len(s) < 3 {
		return 0
	}
	for m := range 12 {
		if strings.EqualFold(s[:3], months[m*3:m*3+3]) {
			return m + 1
		}
	}
	return 0
}

func zoneOf(s string) int {
	if s[0] != '+' && s[0] != '-' {
		return zones[strings.ToUpper(s)] * 3600
	}
	n, rest := leadingNumber(s[1:])
	if len(s) != 5 || rest != "" {
		return 0
	}
	seconds := (n/100*60 + n%100) * 60
	if s[0] == '-' {
		return -seconds
	}
	return seconds
}
