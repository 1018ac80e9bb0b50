/** Measurements that anyone can repeat. */
package modicum.marketplace.bench;
