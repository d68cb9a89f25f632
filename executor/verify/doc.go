// Package verify proves that the destination's rows are the source's.
//
// A full verification reads the destination once and compares each table's sum of row hashes with the one that the rows had
// when they passed on their way: nothing of the source is read again. An independent one reads both sides. Where sums
// differ both sides are read twice more, to find the rows: first by the hashes' buckets, then only the rows of those that differ, so that
// memory stays bounded whatever the table's size.
package verify
