/** What tests of this and other modules share; published as a test jar. */
package dev.coppice.compiler.testing;
