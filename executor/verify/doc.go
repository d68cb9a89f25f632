// Package verify proves that the destination holds what the source held.
//
// Invariants:
//   - Rows are compared as multisets: a table needs no key, order does not matter, and duplicates count.
//   - Full reads the destination only and compares with what was digested while the rows were copied; Independent
//     trusts nothing that was written down and reads both sides.
//   - All of a side is read in one snapshot, and nothing is written on either side.
//   - What could not be compared is never called equal: a result says that it was skipped, and why.
package verify
