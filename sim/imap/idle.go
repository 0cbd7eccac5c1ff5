package imap

// Idle asks the server to tell at once what happens to the mailbox, until the client says DONE (RFC 2177).
type Idle struct{}

// Name is the command on the wire.
func (Idle) Name() string { return "IDLE" }

func (Idle) append(*encoder) {}

func parseIdle(*scanner) Command { return Idle{} }

func (Idle) serve(s *Server) {
	s.reply(plus, ReplyIdling, about{})
	s.talk = idling{}
	s.push()
}

// idling is an IDLE that waits for DONE.
type idling struct{}

func (t idling) clone() talk { return t }

func (idling) line(s *Server, text []byte, whole bool) {
	if !whole || !equalFold(text, "DONE") {
		s.reply(s.tag, ReplyDone, about{})
		return
	}
	s.complete()
}

// Idling says that the client hears of news as soon as they come.
func (s *Server) Idling() bool {
	_, ok := s.talk.(idling)
	return ok
}

// push tells an idling client what is new.
func (s *Server) push() {
	if s.Idling() && s.state == Selected && s.task == nil {
		s.update(true, false, believed{})
	}
}
