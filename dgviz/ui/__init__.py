"""Everything that speaks to Streamlit."""
