package packed_test

import (
	"reflect"
	"testing"
	"time"

	"ehlo/lessons"
	"ehlo/lessons/content"
	"ehlo/lessons/packed"
	"ehlo/sim/personas"
	"ehlo/sim/world"
	"ehlo/sim/worlds"
)

// definitions reads all worlds that come with ehlo.
func definitions(t testing.TB) []*world.Definition {
	t.Helper()
	var all []*world.Definition
	for _, name := range worlds.Names() {
		text, _ := worlds.Text(name)
		def, err := world.Parse(name, text, personas.All()...)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, def)
	}
	return all
}

// course reads all lessons that come with ehlo.
func course(t testing.TB) []*lessons.Lesson {
	t.Helper()
	var all []*lessons.Lesson
	for _, folder := range content.Folders("en") {
		l, err := content.Lesson("en", folder)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func same[T any](t *testing.T, name string, value T) {
	t.Helper()
	octets := packed.Append(nil, value)
	var got T
	if err := packed.Read(octets, &got); err != nil || !reflect.DeepEqual(got, value) {
		t.Errorf("%s is not what it was: %v\n%+v\n%+v", name, err, got, value)
	}
}

// TestEverything packs all that comes with ehlo: it is the same afterwards to its last field.
func TestEverything(t *testing.T) {
	for _, def := range definitions(t) {
		same(t, "the world "+def.Name, *def)
	}
	same(t, "the list of personas", personas.All())
	for _, l := range course(t) {
		got, err := lessons.Unpack(l.Pack())
		if err != nil || !reflect.DeepEqual(got, l) {
			t.Errorf("the lesson %s is not what it was: %v\n%+v\n%+v", l.ID, err, got, l)
		}
	}
}

// shapes has all that can be packed.
type shapes struct {
	Yes      bool
	Small    int8
	Below    int64
	Above    uint64
	Text     string
	hidden   string
	None     []string
	Empty    []string
	Array    [2]uint32
	Moment   time.Time
	Map      map[string][]byte
	NoMap    map[uint8]bool
	A, B, No *shapes
	Any      any
	Nothing  any
}

func TestShapes(t *testing.T) {
	inner := &shapes{Small: -7, Text: "x"}
	want := shapes{Yes: true, Small: -128, Below: -1 << 63, Above: 1<<64 - 1, Text: "é\x00\xff", hidden: "here too", Empty: []string{}, Array: [2]uint32{1, 1<<32 - 1},
		Moment: time.Date(1, 2, 3, 4, 5, 6, 7, time.UTC), Map: map[string][]byte{"b": {0, 1}, "a": nil, "": {}}, A: inner, B: inner, Any: [2]int16{3, -4}}
	kinds := []any{"", [2]int16{}}
	octets := packed.Append([]byte("before"), want, kinds...)
	var got shapes
	if err := packed.Read(octets[len("before"):], &got, kinds...); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v\n%+v\n%+v", err, got, want)
	}
	if got.A != got.B {
		t.Error("what two pointers share is there twice")
	}
	for n := range len(octets) - len("before") {
		if err := packed.Read(octets[len("before"):][:n], new(shapes), kinds...); err != packed.ErrDamaged {
			t.Errorf("the first %d octets of it: %v", n, err)
		}
	}
	if err := packed.Read(append(octets[len("before"):], 0), new(shapes), kinds...); err != packed.ErrDamaged {
		t.Errorf("with an octet more: %v", err)
	}
}

// FuzzRead reads what is damaged: it is refused, or it is a definition that is the same when it is packed again.
func FuzzRead(f *testing.F) {
	for _, def := range definitions(f) {
		f.Add(packed.Append(nil, *def))
	}
	for _, l := range course(f)[:3] {
		f.Add(l.Pack())
	}
	f.Fuzz(func(t *testing.T, octets []byte) {
		var def world.Definition
		if packed.Read(octets, &def) == nil {
			same(t, "the world", def)
		}
		if l, err := lessons.Unpack(octets); err == nil {
			if again, err := lessons.Unpack(l.Pack()); err != nil || !reflect.DeepEqual(again, l) {
				t.Errorf("the lesson is not what it was: %v\n%+v\n%+v", err, again, l)
			}
		}
	})
}
