package machine

import "strings"

// spoken are the words of protocols by which a line shows that it belongs to another one. Words that two of them share are
// in none.
var spoken = []struct{ protocol, words string }{
	{"SMTP", " EHLO HELO MAIL RCPT DATA VRFY EXPN BDAT ETRN "},
	{"POP3", " USER PASS STAT RETR DELE TOP UIDL APOP CAPA STLS "},
	{"IMAP", " LOGIN AUTHENTICATE SELECT EXAMINE FETCH STORE SEARCH EXPUNGE CREATE RENAME SUBSCRIBE LSUB STATUS APPEND COPY MOVE IDLE UID NAMESPACE LOGOUT "},
	{"HTTP", " GET POST HEAD PUT OPTIONS CONNECT "},
}

// Foreign says to which protocol a line belongs that own does not know, "SMTP", "POP3", "IMAP" or "HTTP", and which of its
// words shows it; "" where it is none of theirs. A tag before the word is IMAP's.
func Foreign(own, line string) (protocol, word string) {
	words := strings.Fields(line)
	for i := range min(len(words), 2) {
		upper := strings.ToUpper(words[i])
		for _, s := range spoken {
			if s.protocol == own || len(upper) < 3 || !strings.Contains(s.words, " "+upper+" ") {
				continue
			}
			if i == 0 && s.protocol == "HTTP" && (len(words) < 2 || !strings.HasPrefix(words[1], "/")) || i == 1 && s.protocol != "IMAP" {
				continue // GET is a word that many think of
			}
			return s.protocol, words[i]
		}
	}
	return "", ""
}

// The same keys on a Russian and on a Latin keyboard.
const (
	cyrillicKeys = "йцукенгшщзхъфывапролджэячсмитьбю"
	latinKeys    = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
)

// Latin gives what the same keys write on a Latin keyboard: УРДЩ is EHLO. ok is false
// where a line has none of the others' letters.
func Latin(line string) (latin string, ok bool) {
	keys := []rune(cyrillicKeys)
	return strings.Map(func(r rune) rune {
		small := []rune(strings.ToLower(string(r)))
		for i, k := range keys {
			if len(small) == 1 && small[0] == k {
				ok = true
				if r != k {
					return []rune(strings.ToUpper(latinKeys[i : i+1]))[0]
				}
				return rune(latinKeys[i])
			}
		}
		return r
	}, line), ok
}

// Edited gives a line as somebody meant it who typed backspaces into a connection that sends them on: each takes away the
// octet before it. ok is false where there are none.
func Edited(line []byte) (edited []byte, ok bool) {
	for _, c := range line {
		if c != '\b' && c != 0x7f {
			edited = append(edited, c)
			continue
		}
		ok = true
		edited = edited[:max(0, len(edited)-1)]
	}
	return edited, ok
}
