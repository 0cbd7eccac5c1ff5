//go:build !race

package sim_test

// raceDetector says whether the tests run under it.
const raceDetector = false
