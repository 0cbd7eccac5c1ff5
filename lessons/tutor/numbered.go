package tutor

// sessionView is a mailbox as a session sees it.
type sessionView struct {
	Conn     uint32         `json:"conn"`
	Address  string         `json:"address"`
	Mailbox  string         `json:"mailbox"`
	ReadOnly bool           `json:"readOnly"`
	Untold   int            `json:"untold"`
	Messages []numberedView `json:"messages"`
}

type numberedView struct {
	Seq   int      `json:"seq"`
	UID   uint32   `json:"uid"`
	Flags []string `json:"flags"`
	Gone  bool     `json:"gone"`
}

// views lists what each session sees of its mailbox.
func (s *Session) views(none) (any, error) {
	list := []sessionView{}
	if s.tape != nil {
		return list, nil
	}
	for _, v := range s.tl.World().Views(mailboxLimit) {
		view := sessionView{v.Conn, v.Address, v.Mailbox, v.ReadOnly, v.Untold, []numberedView{}}
		for _, m := range v.Messages {
			view.Messages = append(view.Messages, numberedView{m.Seq, uint32(m.UID), append([]string{}, m.Flags.Strings()...), m.Gone})
		}
		list = append(list, view)
	}
	return list, nil
}
