// Package verify proves that the destination holds what the source held.
//
// Invariants:
//   - Rows are compared as multisets: a table needs no key, order does not matter, and duplicates count.
//   - Full reads the destination only and compares with what was digested while the rows were copied; Independent
//     trusts nothing that was written down and reads both sides.
//   - All of a side is read in one snapshot, and nothing is written on either side.
//   - What could not be compared is never called equal, nor different: a result says why it was not compared.
//   - Small tables are read many in one round trip, and no more locks are held than those of one such group.
package verify
