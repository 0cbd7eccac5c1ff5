package pop3

import "ehlo/sim/machine"

// User is USER: it names the maildrop (RFC 1939 §7).
type User struct{ Name string }

// Verb is USER.
func (User) Verb() machine.Verb { return verbUSER }

func (c User) append(dst []byte) []byte { return append(append(dst, "USER "...), c.Name...) }

func (User) follows() follows { return followsNothing }

func parseUser(s *scanner) request {
	c := User{s.word(termName)}
	s.end()
	return c
}

// execute takes any name: whether there is such a user is said with the password, so that nobody can try out names.
func (c User) execute(s *Server) {
	s.user = c.Name
	s.reply(ReplyUser)
}
