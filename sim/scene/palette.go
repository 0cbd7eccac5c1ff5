package scene

import "strconv"

// Token names a colour of the design; the page says what it is in its theme.
type Token uint8

// The tokens that the stage uses. Clear paints nothing.
const (
	Clear Token = iota
	Desk
	Paper
	Sheet
	Sunken
	Grid
	Ink
	Ink2
	Ink3
	OnInk
	Rule
	RuleStrong
	Outline
	Wire
	Marker
	Client
	Server
	MUA
	MTA
	DNS
	MailboxInk
	Eve
	MailboxWash
	DNSWash
	EveWash
	TLS
	TLSWash
	Queue
	LetterPaper
	LetterInk
	LetterStamp
	LetterReturn
	TransientFill
	OnTransient
	Permanent
	PermanentFill
	OnPermanent
	tokens
)

var tokenNames = [tokens]string{"",
	"desk",
	"paper",
	"sheet",
	"sunken",
	"grid",
	"ink",
	"ink-2",
	"ink-3",
	"on-ink",
	"rule",
	"rule-strong",
	"outline",
	"wire",
	"marker",
	"client",
	"server",
	"mua",
	"mta",
	"dns",
	"mailbox",
	"eve",
	"mailbox-wash",
	"dns-wash",
	"eve-wash",
	"tls",
	"tls-wash",
	"queue",
	"letter",
	"letter-ink",
	"letter-stamp",
	"letter-return",
	"transient-fill",
	"on-transient",
	"permanent",
	"permanent-fill",
	"on-permanent",
}

// String returns the token's name, as in the custom property --ink-2 without its hyphens in front.
func (t Token) String() string {
	if t < tokens {
		return tokenNames[t]
	}
	return ""
}

// Palette gives each token its colour as 0xRRGGBB.
type Palette [tokens]uint32

// The palettes of the three themes, as the page's tokens have them.
var (
	Light = Palette{
		Desk:          0xE4E8E5,
		Paper:         0xF4F6F3,
		Sheet:         0xFFFFFF,
		Sunken:        0xEAEEEB,
		Grid:          0xDDE3DF,
		Ink:           0x14202A,
		Ink2:          0x43515B,
		Ink3:          0x56646D,
		OnInk:         0xFFFFFF,
		Rule:          0xCFD6D2,
		RuleStrong:    0x75828A,
		Outline:       0x14202A,
		Wire:          0x7A8790,
		Marker:        0xFFE27A,
		Client:        0x0B57A4,
		Server:        0x8A4100,
		MUA:           0x1D4470,
		MTA:           0x6D45BD,
		DNS:           0x00707A,
		MailboxInk:    0x5A6500,
		Eve:           0x2A2A2A,
		MailboxWash:   0xEEF2CF,
		DNSWash:       0xE0F1F3,
		EveWash:       0xE6E4E1,
		TLS:           0x006D64,
		TLSWash:       0xDDF1EC,
		Queue:         0x574C7E,
		LetterPaper:   0xFFFFFF,
		LetterInk:     0x14202A,
		LetterStamp:   0x0B57A4,
		LetterReturn:  0xB80F35,
		TransientFill: 0xFFC94D,
		OnTransient:   0x2B1D00,
		Permanent:     0x930928,
		PermanentFill: 0xB80F35,
		OnPermanent:   0xFFFFFF,
	}
	Dark = Palette{
		Desk:          0x0A0E12,
		Paper:         0x11181E,
		Sheet:         0x182129,
		Sunken:        0x0D1318,
		Grid:          0x1D2830,
		Ink:           0xE9EEF0,
		Ink2:          0xB6C1C8,
		Ink3:          0x98A6AF,
		OnInk:         0x11181E,
		Rule:          0x2C3943,
		RuleStrong:    0x74848F,
		Outline:       0xA7B4BC,
		Wire:          0x7C8B96,
		Marker:        0xF0CC55,
		Client:        0x86BFFF,
		Server:        0xF3B27A,
		MUA:           0xBBD6F0,
		MTA:           0xB29BF5,
		DNS:           0x52C3CC,
		MailboxInk:    0xCBD56E,
		Eve:           0xE3DDD6,
		MailboxWash:   0x272B12,
		DNSWash:       0x122C33,
		EveWash:       0x2A2927,
		TLS:           0x5FD4BC,
		TLSWash:       0x10302B,
		Queue:         0xC3B9E6,
		LetterPaper:   0xE6EBED,
		LetterInk:     0x14202A,
		LetterStamp:   0x0B57A4,
		LetterReturn:  0xB80F35,
		TransientFill: 0xF6C552,
		OnTransient:   0x231900,
		Permanent:     0xFF7F8B,
		PermanentFill: 0xFF7F8B,
		OnPermanent:   0x2B060C,
	}
	Projector = Palette{
		Desk:          0xFFFFFF,
		Paper:         0xFFFFFF,
		Sheet:         0xFFFFFF,
		Sunken:        0xEFEFEF,
		Grid:          0xE2E2E2,
		Ink:           0x000000,
		Ink2:          0x1C1C1C,
		Ink3:          0x333333,
		OnInk:         0xFFFFFF,
		Rule:          0x6B6B6B,
		RuleStrong:    0x000000,
		Outline:       0x000000,
		Wire:          0x6E6E6E,
		Marker:        0xFFE14D,
		Client:        0x00337F,
		Server:        0x6B2C00,
		MUA:           0x00264D,
		MTA:           0x5524B5,
		DNS:           0x00525C,
		MailboxInk:    0x3F4800,
		Eve:           0x000000,
		MailboxWash:   0xF2F7CC,
		DNSWash:       0xDDF5F9,
		EveWash:       0xE6E6E6,
		TLS:           0x005048,
		TLSWash:       0xD5F5EE,
		Queue:         0x3C2F6B,
		LetterPaper:   0xFFFFFF,
		LetterInk:     0x000000,
		LetterStamp:   0x00337F,
		LetterReturn:  0xA0001C,
		TransientFill: 0xFFC61A,
		OnTransient:   0x000000,
		Permanent:     0x7A0016,
		PermanentFill: 0xA0001C,
		OnPermanent:   0xFFFFFF,
	}
)

// Set gives the token with that name a colour written as #RRGGBB, and says whether it understood both.
func (p *Palette) Set(name, colour string) bool {
	if len(colour) != 7 || colour[0] != '#' {
		return false
	}
	v, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return false
	}
	for t := range tokens {
		if t > Clear && tokenNames[t] == name {
			p[t] = uint32(v)
			return true
		}
	}
	return false
}
