// Package peers has other people's implementations speak with this project's. They are judges only, and live in a module
// of their own, so that nothing of theirs enters the product's go.mod.
package peers
