package json_test

import (
	"bytes"
	std "encoding/json"
	"reflect"
	"strings"
	"testing"

	"ehlo/lessons/json"
)

type part struct {
	Name string `json:"name"`
	Note string `json:"note,omitempty"`
	At   *int64 `json:"at"`
}

type sample struct {
	Text   string           `json:"text"`
	Yes    bool             `json:"yes"`
	N      int              `json:"n"`
	Long   int64            `json:"long"`
	U32    uint32           `json:"u32"`
	U64    uint64           `json:"u64"`
	Parts  []part           `json:"parts"`
	Words  []string         `json:"words,omitempty"`
	Ptr    *part            `json:"ptr,omitempty"`
	Counts map[string]int   `json:"counts"`
	Deep   map[string]*part `json:"deep"`
}

func samples() []sample {
	at := int64(-7)
	return []sample{{}, {
		Text: "a \"b\" \\ \r\n\t\x00\x7f é ☺ \U0001F4E7", Yes: true, N: -1, Long: 1 << 60, U32: 1<<32 - 1, U64: 1<<64 - 1,
		Parts: []part{{Name: "one", At: &at}, {Name: "two", Note: "n"}}, Words: []string{"x", ""}, Ptr: &part{Name: "p"},
		Counts: map[string]int{"b": 2, "a": 1}, Deep: map[string]*part{"d": {Name: "e"}, "nil": nil},
	}, {Parts: []part{}, Counts: map[string]int{}}}
}

// What is written means the same to encoding/json, and the other way round.
func TestAgreesWithTheStandardLibrary(t *testing.T) {
	for _, want := range samples() {
		var theirs, ours sample
		text := json.Append(nil, want)
		if err := std.Unmarshal(text, &theirs); err != nil || !reflect.DeepEqual(theirs, want) {
			t.Errorf("%s is read as %+v (%v)", text, theirs, err)
		}
		text, err := std.MarshalIndent(want, " ", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Read(text, &ours); err != nil || !reflect.DeepEqual(ours, want) {
			t.Errorf("%s is read as %+v (%v)", text, ours, err)
		}
	}
}

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "null"}, {true, "true"}, {"\xff", `"` + "\uFFFD" + `"`}, {[]byte{1, 2}, "[1,2]"}, {[]string(nil), "null"},
		{map[string]any{"b": []any{1, "x", nil}, "a": struct{}{}}, `{"a":{},"b":[1,"x",null]}`},
		{json.Raw(`{"x":1}`), `{"x":1}`}, {[]json.Raw{json.Raw("1"), json.Raw("[]")}, "[1,[]]"},
	} {
		if got := string(json.Append(nil, c.value)); got != c.want {
			t.Errorf("%v is written %s, want %s", c.value, got, c.want)
		}
	}
}

func TestRead(t *testing.T) {
	var v struct {
		Text string  `json:"text"`
		Ms   float64 `json:"ms"`
		N    int     `json:"n"`
	}
	v.N = 5
	const text = ` { "more" : [ { "x" : null , "y" : [ ] } , -1.5e3 , "\"" , true , false ] , "ms" : 16.5 , "n" : null ,
		"text" : "\u00e9\ud83d\udce7\ud83d\/\b\f" } `
	if err := json.Read([]byte(text), &v); err != nil || v.Text != "é📧\uFFFD/\b\f" || v.Ms != 16.5 || v.N != 5 {
		t.Errorf("%+v, %v", v, err)
	}
	for text, want := range map[string]string{
		"":                                    "octet 0: an object expected",
		"{":                                   "octet 1: a string expected",
		`{"text":1}`:                          "octet 8: a string expected",
		`{"n":1.5}`:                           "octet 5: another number expected",
		`{"n":x}`:                             "octet 5: a value expected",
		`{"text":"a`:                          "octet 10: a closing quote expected",
		`{"text":"\x"}`:                       "octet 9: an escape sequence expected",
		`{"text":"\u12"}`:                     "octet 9: four hexadecimal digits expected",
		`{"n":1 "ms":2}`:                      "octet 7: a comma or a closing brace expected",
		`{"n":1} x`:                           "octet 8: the end expected",
		`{"more":[1 2]}`:                      "octet 11: a comma or a closing bracket expected",
		`{"more":` + strings.Repeat("[", 200): "octet 107: a shallower value expected",
	} {
		err := json.Read([]byte(text), &v)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// Whatever is read with success, the standard library reads alike, where it takes it.
func FuzzRead(f *testing.F) {
	for _, s := range samples() {
		f.Add(json.Append(nil, s))
	}
	f.Add([]byte(`{"text":"\ud83d\udce7\ud800","parts":[null,{}],"deep":{"x":{"at":1}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var ours, theirs sample
		// The standard library takes names in other cases, too.
		if json.Read(text, &ours) != nil || !std.Valid(text) || strings.ToLower(string(text)) != string(text) || bytes.Contains(text, []byte("ſ")) {
			return
		}
		if err := std.Unmarshal(text, &theirs); err != nil {
			return // it refuses more: control characters in strings
		}
		again := json.Append(nil, ours)
		if want := json.Append(nil, theirs); string(again) != string(want) {
			t.Errorf("%q is read as\n%s\nwant\n%s", text, again, want)
		}
	})
}
