package imap

import (
	"slices"
	"strings"

	"ehlo/sim/message"
	"ehlo/sim/store"
)

// criterion is a search key made ready: its sets are resolved and its text is in small letters.
type criterion struct {
	name    SearchName
	keys    []criterion
	set     []span // UIDs
	field   string
	text    string
	flags   store.Flags
	numbers store.Bounds // that the date, the size or the sequence must lie within
	recent  store.UID    // from this UID on messages are \Recent
}

// program makes criteria of search keys.
type program struct {
	view    *view
	charset string
	now     int64 // Unix seconds
	unknown bool  // a text is not in the charset, or nobody knows the charset
	modSeq  bool  // MODSEQ is among the keys
	numbers bool  // and message numbers are
}

// all is the criterion that all keys are fulfilled.
func (p *program) all(keys []SearchKey) *criterion {
	if _, ok := message.ToUTF8(p.charsetName(), nil); !ok {
		p.unknown = true
	}
	c := criterion{name: AndKey, keys: p.each(keys)}
	return &c
}

// charsetName is the charset of texts. Without one it is US-ASCII, which octets that are UTF-8 may pass for.
func (p *program) charsetName() string {
	if p.charset == "" {
		return "UTF-8"
	}
	return p.charset
}

func (p *program) each(keys []SearchKey) []criterion {
	cs := make([]criterion, len(keys))
	for i := range keys {
		cs[i] = p.criterion(&keys[i])
	}
	return cs
}

const day = 24 * 60 * 60

func (p *program) criterion(k *SearchKey) criterion {
	c := criterion{name: k.Name, keys: p.each(k.Keys), field: strings.ToUpper(k.Field), recent: p.view.recent}
	switch k.Name {
	case SetKey, UIDKey:
		c.set = p.view.within(k.Set, k.Name == UIDKey)
		p.numbers = p.numbers || k.Name == SetKey && !k.Set.saved()
	case AnsweredKey, UnansweredKey:
		c.flags.System = store.Answered
	case DeletedKey, UndeletedKey:
		c.flags.System = store.Deleted
	case DraftKey, UndraftKey:
		c.flags.System = store.DraftFlag
	case FlaggedKey, UnflaggedKey:
		c.flags.System = store.Flagged
	case SeenKey, UnseenKey, NewKey:
		c.flags.System = store.Seen
	case KeywordKey, UnkeywordKey:
		c.flags.Keywords = k.Text
	case BeforeKey, SavedBeforeKey, SentBeforeKey:
		c.numbers = store.Below(k.Day)
	case OnKey, SavedOnKey, SentOnKey:
		c.numbers = store.AtLeast(k.Day).Narrow(store.Below(k.Day + day))
	case SinceKey, SavedSinceKey, SentSinceKey:
		c.numbers = store.AtLeast(k.Day)
	case YoungerKey:
		c.numbers = store.AtLeast(p.now - k.Number)
	case OlderKey:
		c.numbers = store.Below(p.now - k.Number + 1)
	case LargerKey:
		c.numbers = store.AtLeast(min(k.Number, 1<<62) + 1)
	case SmallerKey:
		c.numbers = store.Below(k.Number)
	case ModSeqKey:
		p.modSeq = true
		c.numbers = store.AtLeast(k.Number)
	case BccKey, BodyKey, CcKey, FromKey, HeaderKey, SubjectKey, TextKey, ToKey:
		if k.Name != HeaderKey && k.Name != BodyKey && k.Name != TextKey {
			c.field = searchKeys[k.Name].name
		}
		text, ok := message.ToUTF8(p.charsetName(), []byte(k.Text))
		p.unknown = p.unknown || !ok
		c.text = strings.ToLower(text)
	case EmailIDKey, ThreadIDKey:
		c.text = k.Text
	}
	return c
}

// within says that a number lies within the criterion's.
func (c *criterion) within(n int64) bool { return c.numbers.Min <= n && n <= c.numbers.Max }

// verdict is what is known of whether a message fulfils a criterion.
type verdict uint8

const (
	no verdict = iota
	yes
	unknown // its octets must be read
)

func verdictOf(is bool) verdict {
	if is {
		return yes
	}
	return no
}

// candidate is a message that may be among those that are looked for.
type candidate struct {
	*store.Message
	content *fetched // its octets, nil where they were not read
}

// judge says whether a message fulfils the criterion.
func (c *criterion) judge(m candidate) verdict {
	switch c.name {
	case AllKey, SaveDateSupportedKey:
		return yes
	case AndKey:
		return c.judgeAll(m)
	case OrKey:
		a, b := c.keys[0].judge(m), no
		if a != yes {
			b = c.keys[1].judge(m)
		}
		switch {
		case a == yes || b == yes:
			return yes
		case a == unknown || b == unknown:
			return unknown
		}
		return no
	case NotKey:
		switch c.keys[0].judge(m) {
		case yes:
			return no
		case no:
			return yes
		}
		return unknown
	case SetKey, UIDKey:
		return verdictOf(contains(c.set, uint32(m.UID)))
	case AnsweredKey, DeletedKey, DraftKey, FlaggedKey, SeenKey, KeywordKey:
		return verdictOf(m.Flags.Has(c.flags))
	case UnansweredKey, UndeletedKey, UndraftKey, UnflaggedKey, UnkeywordKey, UnseenKey:
		return verdictOf(!m.Flags.Has(c.flags))
	case NewKey:
		return verdictOf(m.UID >= c.recent && !m.Flags.Has(c.flags))
	case OldKey:
		return verdictOf(m.UID < c.recent)
	case RecentKey:
		return verdictOf(m.UID >= c.recent)
	case BeforeKey, OnKey, SinceKey, YoungerKey, OlderKey:
		return verdictOf(c.within(m.Date))
	case SavedBeforeKey, SavedOnKey, SavedSinceKey:
		if m.Saved == 0 {
			return verdictOf(c.within(m.Date))
		}
		return verdictOf(c.within(m.Saved))
	case LargerKey, SmallerKey:
		return verdictOf(c.within(m.Size))
	case ModSeqKey:
		return verdictOf(c.within(int64(m.ModSeq)))
	case EmailIDKey:
		return verdictOf(emailID(m.EmailID) == c.text)
	case ThreadIDKey: // this server keeps no threads
		return no
	}
	if m.content == nil {
		return unknown
	}
	return verdictOf(c.read(m.content))
}

func (c *criterion) judgeAll(m candidate) verdict {
	v := yes
	for i := range c.keys {
		switch c.keys[i].judge(m) {
		case no:
			return no
		case unknown:
			v = unknown
		}
	}
	return v
}

// reads says that the criterion needs the octets of messages.
func (c *criterion) reads() bool {
	switch c.name {
	case BccKey, BodyKey, CcKey, FromKey, HeaderKey, SentBeforeKey, SentOnKey, SentSinceKey, SubjectKey, TextKey, ToKey:
		return true
	}
	return slices.ContainsFunc(c.keys, func(k criterion) bool { return k.reads() })
}

// bounds takes from the criteria what the mailbox can find by itself: a filter that lets through at least all that
// fulfil them, and UIDs that hold them all, nil for any.
func (c *criterion) bounds() (f store.Filter, uids []span) {
	for i := range c.keys {
		k := &c.keys[i]
		switch k.name {
		case SetKey, UIDKey:
			uids = intersect(uids, k.set)
		case AndKey:
			inner, set := k.bounds()
			f.With |= inner.With
			f.Without |= inner.Without
			f.Since = max(f.Since, inner.Since)
			f.Dates, f.Sizes = f.Dates.Narrow(inner.Dates), f.Sizes.Narrow(inner.Sizes)
			if set != nil {
				uids = intersect(uids, set)
			}
		case AnsweredKey, DeletedKey, DraftKey, FlaggedKey, SeenKey:
			f.With |= k.flags.System
		case UnansweredKey, UndeletedKey, UndraftKey, UnflaggedKey, UnseenKey:
			f.Without |= k.flags.System
		case NewKey:
			f.Without |= k.flags.System
			uids = intersect(uids, []span{{uint32(k.recent), 1<<32 - 1}})
		case RecentKey:
			uids = intersect(uids, []span{{uint32(k.recent), 1<<32 - 1}})
		case BeforeKey, OnKey, SinceKey, YoungerKey, OlderKey:
			f.Dates = f.Dates.Narrow(k.numbers)
		case LargerKey, SmallerKey:
			f.Sizes = f.Sizes.Narrow(k.numbers)
		case ModSeqKey:
			f.Since = max(f.Since, store.ModSeq(max(1, k.numbers.Min)-1))
		}
	}
	return f, uids
}

// intersect is the numbers that are in both sets of ranges, of which the first is every number where it is nil. It is
// not nil.
func intersect(a, b []span) []span {
	out := []span{}
	if a == nil {
		return append(out, b...)
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		from, to := max(a[i].from, b[j].from), min(a[i].to, b[j].to)
		if from <= to {
			out = append(out, span{from, to})
		}
		if a[i].to < b[j].to {
			i++
		} else {
			j++
		}
	}
	return out
}
