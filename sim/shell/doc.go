// Package shell is the command line of a simulated host: a terminal at which somebody types, and the tools that run there.
//
// A [Terminal] is a machine like the rest. Octets that are typed go in by [Terminal.Type], what happens to its connections
// and queries by [Terminal.Happened] and [Terminal.Datagram], moments by [Terminal.HandleTimeout]; what it shows leaves
// as trace events of the kind terminal. Whatever a tool does to the world goes through the [Env] that is passed to each
// call and never kept, so that what it sends crosses the simulated network, and terminals clone.
//
// A [Tool] is a machine too, however short it runs: it is handed one [Event] after the other and says by its [Process]
// what it does. A tool is a file of this package and a line of the table in tools.go.
//
// Lines are edited, recalled and completed by whoever draws the terminal: the page, or a real terminal. The texts of tools
// are those of the real programs: data of this package, as the replies of servers are data of a persona.
package shell
