package smtp

import (
	"strconv"
	"strings"
)

// extension is a keyword of the reply to EHLO, with its parameters.
type extension struct {
	keyword string
	ref     string
	// offer returns the parameters with which a server announces it, and false where it does not.
	offer func(c *Config) (params string, ok bool)
}

// offers is what a server announces: only what it does (RFC 5321 §4.1.1.1).
var offers = [...]extension{
	{"SIZE", "RFC 1870 §3", func(c *Config) (string, bool) {
		if c.MaxSize <= 0 {
			return "", true
		}
		return strconv.FormatInt(c.MaxSize, 10), true
	}},
	{"8BITMIME", "RFC 6152 §2", always},
	{"PIPELINING", "RFC 2920 §3", always},
	{"ENHANCEDSTATUSCODES", "RFC 2034 §3", always},
}

func always(*Config) (string, bool) { return "", true }

// extensions is what a server has offered: the lines of its reply to EHLO after the first.
type extensions []string

// find returns the parameters of an extension.
func (e extensions) find(keyword string) (params string, ok bool) {
	for _, line := range e {
		if k, params, _ := strings.Cut(line, " "); strings.EqualFold(k, keyword) {
			return params, true
		}
	}
	return "", false
}
