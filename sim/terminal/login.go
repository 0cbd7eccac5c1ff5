package terminal

import (
	"strings"

	"ehlo/sim/world"
)

// User is who is logged in at a host's terminals: its person, elsewhere root.
func User(h *world.Host) string {
	if h.Person == "" {
		return "root"
	}
	return h.Person
}

// Home is a user's home directory.
func Home(user string) string {
	if user == "root" {
		return "/root"
	}
	return "/home/" + user
}

// Prompt is what a shell writes when it waits for a command in a directory.
func Prompt(user, host, dir string) string {
	sign := "$ "
	if user == "root" {
		sign = "# "
	}
	if dir == Home(user) {
		dir = "~"
	}
	name, _, _ := strings.Cut(host, ".")
	return user + "@" + name + ":" + dir + sign
}

// Hosts lists the hosts of a world that the last word of a line could become, which may be the part of an address behind
// its @.
func Hosts(def *world.Definition, word string) (words []string) {
	lead := word[:strings.LastIndexByte(word, '@')+1]
	for _, h := range def.Hosts {
		if strings.HasPrefix(lead+h.Name, word) {
			words = append(words, lead+h.Name)
		}
	}
	return words
}
