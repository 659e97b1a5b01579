/** What compression costs and gains on real networks, as one table. */
@NullMarked
package dev.coppice.examples.benchmarks.compression;

import org.jspecify.annotations.NullMarked;
