/** Measures what the market costs. */
package modicum.marketplace.bench;
