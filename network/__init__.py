"""The hour: power graph, weather, commitment, dispatch, storage, outages and adequacy."""
