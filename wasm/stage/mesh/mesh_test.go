package mesh

import (
	"math"
	"testing"

	"ehlo/sim/engine"
	"ehlo/sim/scene"
	"ehlo/sim/trace"
)

// blocks is a texture in which every text is a block.
type blocks struct{ asked int }

func (b *blocks) Ink(text string, _ scene.Face, size, halo float64) (Ink, bool) {
	b.asked++
	w := float32(len(text)) * float32(size) * 0.6
	return Ink{U: 8, V: 8, W: w, H: float32(size), Left: float32(halo), Up: float32(size), Advance: w}, true
}

func (b *blocks) Stamp(l *scene.List, stamp int32) (Ink, bool) {
	k := &l.Stamps[stamp]
	return Ink{U: 8, V: 8, W: float32(k.To.X - k.From.X), H: float32(k.To.Y - k.From.Y), Left: float32(-k.From.X), Up: float32(-k.From.Y)}, true
}

func builder() *Builder {
	return &Builder{Scale: 1, Palette: &scene.Light, Inks: &blocks{}}
}

// ink is how much colour the triangles put down: their areas, each weighted with its mean alpha.
func (b *Builder) ink() float64 {
	sum := 0.0
	for i := 0; i < len(b.Indices); i += 3 {
		p, q, r := b.Vertices[b.Indices[i]], b.Vertices[b.Indices[i+1]], b.Vertices[b.Indices[i+2]]
		area := math.Abs(float64((q.X-p.X)*(r.Y-p.Y)-(r.X-p.X)*(q.Y-p.Y))) / 2
		sum += area * float64(p.A+q.A+r.A) / 3
	}
	return sum
}

func near(a, b, within float64) bool { return math.Abs(a-b) <= within*b }

func TestShapesCoverTheirArea(t *testing.T) {
	line := &scene.List{Points: []scene.Point{{X: 10, Y: 10}, {X: 110, Y: 10}, {X: 110, Y: 90}}}
	for _, c := range []struct {
		name string
		list *scene.List
		item scene.Item
		want float64
	}{
		{"rect", line, scene.Item{Shape: scene.Rect, At: scene.Point{X: 5, Y: 5}, Size: scene.Point{X: 40, Y: 20}, Fill: scene.Ink}, 800},
		{"circle", line, scene.Item{Shape: scene.Circle, At: scene.Point{X: 50, Y: 50}, Radius: 20, Fill: scene.Ink}, math.Pi * 400},
		{"ring", line, scene.Item{Shape: scene.Circle, At: scene.Point{X: 50, Y: 50}, Radius: 20, Stroke: scene.Ink, Width: 3}, 2 * math.Pi * 20 * 3},
		{"line", line, scene.Item{Shape: scene.Path, To: 3, Stroke: scene.Ink, Width: 4}, 180 * 4},
		{"hair", line, scene.Item{Shape: scene.Path, To: 3, Stroke: scene.Ink, Width: 0.5}, 180 * 0.5},
		{"dashed", line, scene.Item{Shape: scene.Path, To: 3, Stroke: scene.Ink, Width: 4, Dash: [2]float64{5, 5}}, 90 * 4},
		{"triangle", line, scene.Item{Shape: scene.Path, To: 3, Closed: true, Fill: scene.Ink}, 4000},
		{"rounded", line, scene.Item{Shape: scene.Rect, Size: scene.Point{X: 60, Y: 40}, Radius: 10, Fill: scene.Ink}, 2400 - 400 + math.Pi*100},
	} {
		b := builder()
		b.item(c.list, &c.item)
		if got := b.ink(); !near(got, c.want, 0.04) {
			t.Errorf("%s: puts down %.0f, want %.0f", c.name, got, c.want)
		}
	}
}

func TestTextIsOnWholePixels(t *testing.T) {
	b := builder()
	b.Scale = 1.25
	b.item(nil, &scene.Item{Shape: scene.Text, Text: "250", Height: 12, At: scene.Point{X: 10.3, Y: 20.7}, Anchor: scene.Middle, Fill: scene.Ink, Stroke: scene.Paper})
	if len(b.Vertices) != 8 {
		t.Fatalf("%d corners, want those of a halo and a text", len(b.Vertices))
	}
	for _, v := range b.Vertices[4:5] {
		if v.X != float32(math.Round(float64(v.X))) || v.Y != float32(math.Round(float64(v.Y))) {
			t.Errorf("the text begins at %v, %v", v.X, v.Y)
		}
	}
}

// world is a scene with two hosts and a packet between them.
func world() *scene.Scene {
	s := scene.New()
	s.Layout(scene.View{Width: 900, Height: 300})
	for _, e := range []trace.Event{
		{Kind: trace.KindHost, Actor: "a.example", Label: "mua", Num: 1},
		{Kind: trace.KindHost, Actor: "b.example", Label: "mta"},
		{Kind: trace.KindListen, Actor: "b.example", Num: 25},
		{Kind: trace.KindLink, Actor: "a.example", Target: "b.example", Until: 10},
		{Kind: trace.KindOpen, Actor: "a.example", Target: "b.example", Conn: 1, Num: 25},
		{Kind: trace.KindAccept, Actor: "b.example", Target: "a.example", Conn: 1, Num: 25},
		{Kind: trace.KindSegment, Actor: "a.example", Target: "b.example", Conn: 1, Dir: trace.ToServer, Num: 6, Until: 10},
		{Kind: trace.KindLine, Actor: "a.example", Target: "b.example", Conn: 1, Dir: trace.ToServer, Num: 6, Until: 10, Label: "NOOP",
			Class: trace.ClassCommand},
	} {
		s.Apply(&e)
	}
	return s
}

func TestWholePicture(t *testing.T) {
	s := world()
	b := builder()
	for now := engine.Time(0); now < 12; now++ {
		l := s.Frame(now)
		b.Reset()
		b.Add(l, 0, len(l.Items))
		for _, i := range b.Indices {
			if int(i) >= len(b.Vertices) {
				t.Fatalf("corner %d of %d", i, len(b.Vertices))
			}
		}
		for _, v := range b.Vertices {
			if x := float64(v.X + v.Y + v.A); math.IsNaN(x) || math.IsInf(x, 0) || v.A < 0 || v.A > 1 {
				t.Fatalf("at %d a corner is %+v", now, v)
			}
		}
	}
}

func TestMeshTakesNoMemory(t *testing.T) {
	s := world()
	b := builder()
	frame := func() {
		l := s.Frame(5)
		b.Reset()
		b.Add(l, 0, len(l.Items))
	}
	frame()
	if n := testing.AllocsPerRun(50, frame); n != 0 {
		t.Errorf("a mesh takes memory %v times", n)
	}
}
