module org.example.gone {
    exports org.example.gone;
}
