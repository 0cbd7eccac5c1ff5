package scene

import "testing"

// BenchmarkFrame is a frame with a message and a few packets in flight; nothing of it is new memory.
func BenchmarkFrame(b *testing.B) {
	tp := twoDomains()
	relay(tp)
	s := tp.play(wide)
	b.ReportAllocs()
	for b.Loop() {
		s.Frame(tp.now + ms(9))
	}
}

// BenchmarkRewind shows a whole delivery from its beginning, as a step back does.
func BenchmarkRewind(b *testing.B) {
	tp := story()
	p := NewPlayer()
	p.Scene.Layout(wide)
	for i := range tp.events {
		p.Record(&tp.events[i])
	}
	b.ReportAllocs()
	for b.Loop() {
		p.Show(0)
		p.Show(p.Len())
		p.Scene.Frame(p.Now())
	}
}
