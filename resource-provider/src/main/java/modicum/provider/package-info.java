/** The resource provider's agent: offers a machine, runs what is matched to it, is paid. */
package modicum.provider;
