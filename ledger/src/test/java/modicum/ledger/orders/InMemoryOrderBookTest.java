package modicum.ledger.orders;

class InMemoryOrderBookTest extends OrderBookContract {
  @Override
  OrderBook book() {
    return solver;
  }
}
