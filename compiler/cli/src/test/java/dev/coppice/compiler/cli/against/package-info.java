/** Tests of measuring against another runtime. */
@NullMarked
package dev.coppice.compiler.cli.against;

import org.jspecify.annotations.NullMarked;
