/** Recognises handwritten digits with a model compiled while javac runs. */
package dev.coppice.examples.digits;
