package browser

import (
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var (
	update = flag.Bool("update", false, "write the stage's pictures in testdata instead of comparing with them")
	every  = flag.Bool("every", false, "look at everything: each theme and width, every moment of every world; otherwise at some of them, and at one moment of every fourth world")
)

// shrink is how many pixels of the screen become one of a committed picture, in both directions: what remains says where
// things are and in which colours, and little of which fonts a machine has.
const shrink = 4

// perform lets the learner of any world be refused and send a message, and returns the moments at which to look: at the
// beginning, while the refusal is on its way back, and while the message is on its way.
const perform = `(async () => {
	const { world } = await ehlo.state();
	const you = world.hosts.find((h) => h.you) ?? world.hosts[0];
	const smtp = (h) => h.services.find((s) => s.protocol === "smtp");
	const mta = world.hosts.find((h) => h !== you && smtp(h)) ?? world.hosts.find(smtp);
	const address = (await ehlo.mailboxes())[0]?.address ?? "bob@example.net";
	const conn = await ehlo.open(you.name, mta.name, smtp(mta).port);
	await ehlo.run();
	for (const line of ["RCPT TO:<" + address + ">", "EHLO " + you.name, "MAIL FROM:<" + address + ">", "RCPT TO:<" + address + ">", "DATA",
		"Subject: A picture", "", "Look.", "."]) {
		await ehlo.line(conn, line);
		await ehlo.run();
	}
	const all = (await ehlo.trace()).filter((e) => e.kind === "line" && e.conn === conn);
	const middle = (e) => Math.round((e.from ?? e.at) + (e.until - (e.from ?? e.at)) * 0.4);
	const refused = all.find((e) => e.class === "permanent"), letter = all.find((e) => e.class === "content");
	return { rest: 0, refused: refused ? middle(refused) : -1, letter: letter ? middle(letter) : -1 };
})()`

// TestStagePictures looks at fixed moments of the worlds, with -every or -update of all of them, and compares what the canvas shows with testdata/stage.
func TestStagePictures(t *testing.T) {
	var p *tab
	fresh := func() {
		p = newPaintingTab(t, nil)
		p.world("two-domains")
		p.stageLives()
		eval[any](p, `void (document.getElementById("stage-tools").style.visibility = "hidden")`)
	}
	fresh()
	looked := 0
	names := eval[[]string](p, `ehlo.ready.then((hello) => hello.worlds.map((w) => w.name))`)
	for i, world := range names {
		if i%4 > 0 && !*every && !*update {
			continue
		}
		if looked++; looked > 3 { // a tab has two minutes
			fresh()
			looked = 1
		}
		eval[any](p, fmt.Sprintf(`ehlo.load({ world: %q }).then(() => ehlo.pause()).then(() => null)`, world))
		moments := eval[map[string]int64](p, perform)
		looks := []string{"rest", "refused", "letter"}
		if turn := looks[i/4%len(looks)]; !*every && !*update && moments[turn] >= 0 {
			looks = []string{turn}
		}
		for _, name := range looks {
			at := moments[name]
			if at < 0 {
				continue // nobody there refuses, or takes a message
			}
			p.scheme(map[string]string{"rest": "light", "refused": "dark", "letter": "light"}[name])
			call[any](p, "seek", at)
			p.caughtUp()
			p.compare(filepath.Join("testdata/stage", world+"-"+name+".png"), p.stillStage())
		}
	}
}

// stillStage is a picture of the stage, smaller, when it no longer changes.
func (p *tab) stillStage() *image.NRGBA {
	p.t.Helper()
	last := p.pixels("#stage")
	for range 40 {
		eval[any](p, "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60, null))))")
		now := p.pixels("#stage")
		if now.Bounds() == last.Bounds() && differing(last, now) == 0 {
			return smaller(now)
		}
		last = now
	}
	p.t.Error("the stage does not come to rest")
	return smaller(last)
}

// scheme is what the system prefers: "light" or "dark".
func (p *tab) scheme(name string) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
		return err
	}))
}

// smaller is a picture of which each pixel is the mean of shrink × shrink pixels.
func smaller(m image.Image) *image.NRGBA {
	b := m.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()/shrink, b.Dy()/shrink))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]uint32
			for dy := range shrink {
				for dx := range shrink {
					r, g, bl, _ := m.At(b.Min.X+x*shrink+dx, b.Min.Y+y*shrink+dy).RGBA()
					sum[0], sum[1], sum[2] = sum[0]+r>>8, sum[1]+g>>8, sum[2]+bl>>8
				}
			}
			const n = shrink * shrink
			out.SetNRGBA(x, y, color.NRGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255})
		}
	}
	return out
}

// compare fails where a picture differs from the one in a file by more than fonts and rounding do.
func (p *tab) compare(file string, got *image.NRGBA) {
	p.t.Helper()
	if *update {
		writePicture(p.t, file, got)
		return
	}
	want, err := readPicture(file)
	if err != nil {
		p.t.Errorf("%v; `go -C test/browser test -run TestStagePictures -update .` writes it", err)
		return
	}
	if want.Bounds() != got.Bounds() {
		p.t.Errorf("%s: the picture is %v, want %v", file, got.Bounds(), want.Bounds())
		return
	}
	far, sum := 0, 0
	n := got.Rect.Dx() * got.Rect.Dy()
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			a, b := got.NRGBAAt(x, y), color.NRGBAModel.Convert(want.At(x, y)).(color.NRGBA)
			d := max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B))
			sum += d
			if d > 48 {
				far++
			}
		}
	}
	// An envelope that is not there is 1.6 % of the pixels of a picture; other fonts change fewer, and by less.
	if float64(far) > 0.008*float64(n) || float64(sum) > 3*float64(n) {
		name := filepath.Join(root, "build/screenshots", "differs-"+filepath.Base(file))
		writePicture(p.t, name, got)
		p.t.Errorf("%s: %.2f %% of the pixels are far off, %.1f of 255 in the mean; see %s", file, 100*float64(far)/float64(n), float64(sum)/float64(n), name)
	}
}

func apart(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

func readPicture(file string) (image.Image, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		err = fmt.Errorf("%s: %w", file, err)
	}
	return m, err
}

func writePicture(t *testing.T, file string, m image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, m); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}
