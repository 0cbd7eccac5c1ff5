package tutor

import "encoding/base64"

// logArgs are an input log.
type logArgs struct {
	Log string `json:"log"`
}

// outcomeView is what came of a log, for package compare: its events in the binary encoding and in base64, and what lies in mailboxes and
// queues in the end.
type outcomeView struct {
	Chunk     string `json:"chunk"`
	Mailboxes any    `json:"mailboxes"`
	Queue     any    `json:"queue"`
}

// outcome plays a log to its end beside the present world, which stays as it is.
func (s *Session) outcome(a logArgs) (any, error) {
	beside := Session{files: s.files, lang: s.lang, texts: s.texts}
	if _, err := beside.load(loadArgs{Log: a.Log}); err != nil {
		return nil, err
	}
	boxes, err := beside.mailboxes(none{})
	if err != nil {
		return nil, err
	}
	queue, err := beside.queue(none{})
	if err != nil {
		return nil, err
	}
	return outcomeView{base64.StdEncoding.EncodeToString(beside.Chunk(0, beside.seen())), boxes, queue}, nil
}
