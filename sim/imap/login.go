package imap

// Login names the user and proves it by a password that crosses the wire as it is (RFC 3501 §6.2.3).
type Login struct{ User, Password string }

// Name is the command on the wire.
func (Login) Name() string { return "LOGIN" }

func (c Login) append(e *encoder) {
	e.text(" ")
	e.astring(c.User)
	e.text(" ")
	e.astring(c.Password)
}

func parseLogin(s *scanner) Command {
	var c Login
	s.space(termUserID)
	c.User = s.astring(termUserID)
	s.space(termPassword)
	c.Password = s.astring(termPassword)
	return c
}

func (c Login) serve(s *Server) {
	if !s.clear() {
		s.finish(ReplyNeedTLS)
		return
	}
	s.ask(&Event{Kind: AskLogin, User: c.User, Password: c.Password}, loginTask{c.User})
}

type loginTask struct{ user string }

func (t loginTask) clone() task { return t }

func (t loginTask) answer(s *Server, a *Answer) {
	if !a.OK {
		s.refuse(a, ReplyLoginRefused)
		return
	}
	s.user = t.user
	s.finish(ReplyLogin)
}
