package scene

// Point is a place on the stage in CSS pixels, y downwards.
type Point struct{ X, Y float64 }

// Shape says how an [Item] is painted.
type Shape uint8

// The shapes.
const (
	Rect    Shape = iota // At is the top left corner, Size the extent, Radius the corners'
	Circle               // At is the centre, Radius its radius
	Path                 // the points Points[From:To]; a filled path is convex
	Text                 // At is where the baseline begins, or its middle or end
	Stamped              // the stamp Stamps[From] with its middle At, of extent Size
	Dots                 // a field of dots from At on, of extent Size: Radius each, Width apart
)

// Face is a type face of the page.
type Face uint8

// The faces.
const (
	UI       Face = iota // the page's text
	UIStrong             // the same, weight 700
	Mono                 // what is on a wire, weight 600
	MonoStrong
)

// Anchor says what At is of a text.
type Anchor uint8

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Item is one flat fill, stroke or text. Items are painted in the order of their list.
type Item struct {
	Shape  Shape
	Closed bool // a path whose last point joins its first
	Round  bool // a stroke with round ends
	Anchor Anchor
	Face   Face
	Fill   Token // Clear: no fill; for a text its colour
	Stroke Token // Clear: no stroke; for a text the halo around it
	Node   int32 // what it belongs to: an index of List.Nodes, or -1

	At       Point
	Size     Point   // of a rectangle or a stamp
	Radius   float64 // of a circle, or of a rectangle's corners
	Width    float64 // of the stroke
	Dash     [2]float64
	From, To int32   // points of a path, or the stamp
	Text     string  // what a text says
	Height   float64 // type size of a text
}

// NodeKind is what a [Node] is.
type NodeKind uint8

// The kinds of node.
const (
	NodeHost NodeKind = iota
	NodeLink
	NodeConn
	NodeLetter
	NodeMailbox
	NodeLine
	NodeDoor
	NodeSlip
	NodeStream
	NodeLock
	NodeStop  // where something was refused, broke or was lost
	NodeFault // what is wrong with a host
)

var nodeNames = [...]string{"host", "link", "conn", "letter", "mailbox", "line", "door", "slip", "stream", "lock", "stop", "fault"}

// String returns the kind's name in the page's messages.
func (k NodeKind) String() string { return nodeNames[int(k)%len(nodeNames)] }

// Node is a thing on the stage that items belong to, that a pointer can hit and that has a title.
type Node struct {
	Kind NodeKind
	Name string // host name, mailbox address, subject, or a packet's label
	Peer string // the host at the other end of a link or connection, or the mailbox's host
	Seq  uint64 // the event that made it: of a line, the line's own
	Conn uint32
	Num  int64 // octets of a letter, messages of a mailbox, port of a door, lines of a stream
	// Letter is the number that the MTA which has a letter gave it.
	Letter uint32
}

// List is a picture of the stage. It is valid until the scene is next asked for one.
type List struct {
	Width, Height float64
	Items         []Item
	Points        []Point
	Nodes         []Node
	Stamps        []Stamp
	Batch         uint64 // counts how often Stamps was begun anew

	// Ground is how many items lie below the camera's picture and fill the surface. A place x, y of all others is seen at
	// (x - Origin.X) * Zoom, (y - Origin.Y) * Zoom.
	Ground int
	Zoom   float64
	Origin Point
	// Note is a text for a corner of the surface, in pictures that stand alone: the moment.
	Note string

	// Still is how many items depend on the events alone and not on the moment; they change with Version only.
	Still   int
	Version uint64

	known map[stampKey]int32
}

// Path returns the points of a path item.
func (l *List) Path(it *Item) []Point { return l.Points[it.From:it.To] }

// mark is a state of a list to go back to.
type mark struct{ items, points, nodes int }

func (l *List) mark() mark { return mark{len(l.Items), len(l.Points), len(l.Nodes)} }

func (l *List) reset(m mark) {
	l.Items, l.Points, l.Nodes = l.Items[:m.items], l.Points[:m.points], l.Nodes[:m.nodes]
}

// pen adds items to a list in units of a scaled drawing whose origin is At.
type pen struct {
	l    *List
	k    float64 // scale: CSS pixels of one unit
	at   Point
	line float64 // thickness of the theme's main strokes in units
	node int32
}

func (p *pen) pt(x, y float64) Point { return Point{p.at.X + x*p.k, p.at.Y + y*p.k} }

// moved returns a pen with another origin, in CSS pixels.
func (p pen) moved(at Point) pen { p.at = at; return p }

// begin makes a node to which the following items belong.
func (p *pen) begin(n Node) {
	p.node = int32(len(p.l.Nodes))
	p.l.Nodes = append(p.l.Nodes, n)
}

func (p *pen) add(it Item) *Item {
	it.Node = p.node
	p.l.Items = append(p.l.Items, it)
	return &p.l.Items[len(p.l.Items)-1]
}

func (p *pen) rect(x, y, w, h, r float64, fill, stroke Token, width float64) *Item {
	return p.add(Item{Shape: Rect, At: p.pt(x, y), Size: Point{w * p.k, h * p.k}, Radius: r * p.k, Fill: fill, Stroke: stroke,
		Width: width * p.k})
}

func (p *pen) circle(x, y, r float64, fill, stroke Token, width float64) *Item {
	return p.add(Item{Shape: Circle, At: p.pt(x, y), Radius: r * p.k, Fill: fill, Stroke: stroke, Width: width * p.k})
}

// path adds a path through points given as x, y, x, y …
func (p *pen) path(closed bool, fill, stroke Token, width float64, xy ...float64) *Item {
	from := len(p.l.Points)
	for i := 0; i+1 < len(xy); i += 2 {
		p.l.Points = append(p.l.Points, p.pt(xy[i], xy[i+1]))
	}
	return p.add(Item{Shape: Path, Closed: closed, Fill: fill, Stroke: stroke, Width: width * p.k, From: int32(from),
		To: int32(len(p.l.Points))})
}

// polyline adds a stroke through points that are already in CSS pixels.
func (p *pen) polyline(pts []Point, stroke Token, width float64) *Item {
	from := len(p.l.Points)
	p.l.Points = append(p.l.Points, pts...)
	return p.add(Item{Shape: Path, Stroke: stroke, Width: width * p.k, From: int32(from), To: int32(len(p.l.Points))})
}

func (p *pen) text(x, y float64, s string, face Face, size float64, a Anchor, colour Token) *Item {
	return p.add(Item{Shape: Text, At: p.pt(x, y), Text: s, Face: face, Height: size * p.k, Anchor: a, Fill: colour})
}
