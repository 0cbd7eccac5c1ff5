package tutor

import "ehlo/sim/witness"

type witnessView struct {
	Host  string     `json:"host"`
	Facts []factView `json:"facts"`
}

type factView struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	Conn uint32 `json:"conn"`
	Seq  uint64 `json:"seq"`
}

// knows says what each host could read up to the moment that is shown.
func (s *Session) knows(none) (any, error) {
	views := []witnessView{}
	for _, w := range witness.Read(s.trace().Events(0, s.seen())) {
		v := witnessView{w.Host, []factView{}}
		for _, f := range w.Facts {
			v.Facts = append(v.Facts, factView{string(f.Kind), f.Text, f.Conn, f.Seq})
		}
		views = append(views, v)
	}
	return views, nil
}
