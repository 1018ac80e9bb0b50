/** Measuring, for who wants figures of their own machine. */
package modicum.marketplace.bench;
