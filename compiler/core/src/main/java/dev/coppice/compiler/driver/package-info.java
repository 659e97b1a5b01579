/** Puts the stages together: requests in, generated sources out. May import every other package. */
@NullMarked
package dev.coppice.compiler.driver;

import org.jspecify.annotations.NullMarked;
