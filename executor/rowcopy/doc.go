// Package rowcopy moves rows: it pipes COPY ... TO STDOUT of the source into COPY ... FROM STDIN of
// the destination, and large objects beside them.
//
// Invariants:
//   - Rows become visible in the destination together with the caller's record of them, or not at all: one
//     transaction holds both.
//   - A COPY is ended with CopyDone only after the source has said how many rows it sent, and that number, what the
//     client counted and what the destination stored are the same. Whatever else happens ends in CopyFail or a
//     closed connection, both of which undo the transaction.
//   - Every row is digested on its way. The digest does not depend on the order of the rows, nor on how
//     a server cuts its stream into messages.
//   - Memory is bounded by a few buffers of 64 kB a stream, and the largest single message of the source. A server
//     sends a row as one message, which pgx holds as a whole; no second copy of it is made. Rows of 1 GB are
//     what servers themselves can neither send nor receive.
//   - A function that returns leaves each connection usable or closed, and no goroutine behind.
package rowcopy
